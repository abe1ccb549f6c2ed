using System.Text.Encodings.Web;
using Microsoft.Extensions.Configuration.Memory;

namespace Marketplace.Hosting;

/// <summary>How the program logs: for people on a terminal, as JSON otherwise, every line with the trace it belongs to.</summary>
public static class Logs
{
    // The frameworks tell of every request and statement; their warnings are enough unless the configuration asks for more.
    private static readonly Dictionary<string, string?> Levels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        // It warns at every start that there are no message handlers, and there are none.
        ["Logging:LogLevel:Wolverine"] = "Warning",
        ["Logging:LogLevel:Wolverine.Configuration.HandlerDiscovery"] = "Error",
        // The daemon tells of every page.
        ["Logging:LogLevel:Marten.Events.Daemon"] = "Warning",
    };

    /// <summary>
    /// Categories that never log below a level, whatever the configuration asks for, because their lines repeat what callers send: the whole
    /// address of every request, and with it a token that was put into the query by mistake; and, by Marten's logger, every value of a
    /// statement that failed. (What failed is thrown as well, and logged where it is caught.)
    /// </summary>
    public static IReadOnlyDictionary<string, LogLevel> Floors { get; } = new Dictionary<string, LogLevel>
    {
        ["Microsoft.AspNetCore.Hosting.Diagnostics"] = LogLevel.Warning,
        ["Marten.IDocumentStore"] = LogLevel.None,
    };

    /// <summary>Sets the console up; levels come from the configuration's section <c>Logging</c>.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="onlyWarnings">Whether the program runs a command, whose own words should not drown in the log.</param>
    public static void AddLogs(this WebApplicationBuilder builder, bool onlyWarnings)
    {
        var levels = onlyWarnings ? Levels.ToDictionary(level => level.Key, level => level.Value == "Information" ? "Warning" : level.Value) : Levels;
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = levels });
        builder.Logging.ClearProviders();
        builder.Logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        // Of rules for one category the last counts, and the configuration's came first.
        foreach (var (category, level) in Floors) builder.Logging.AddFilter(category, level);
        if (Console.IsOutputRedirected)
            builder.Logging.AddJsonConsole(o =>
            {
                o.IncludeScopes = true;
                o.UseUtcTimestamp = true;
                o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                o.JsonWriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        else
            builder.Logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "HH:mm:ss ";
            });
    }
}
