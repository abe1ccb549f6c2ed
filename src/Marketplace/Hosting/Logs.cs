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
    };

    /// <summary>
    /// What never logs below a warning, whatever the configuration asks for: its lines repeat the whole address of every request, and with it
    /// a token that a caller puts into the query by mistake.
    /// </summary>
    public const string AddressesOfRequests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>Sets the console up; levels come from the configuration's section <c>Logging</c>.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="onlyWarnings">Whether the program runs a command, whose own words should not drown in the log.</param>
    public static void AddLogs(this WebApplicationBuilder builder, bool onlyWarnings)
    {
        var levels = onlyWarnings ? Levels.ToDictionary(level => level.Key, string? (_) => "Warning") : Levels;
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = levels });
        builder.Logging.ClearProviders();
        builder.Logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        // Of rules for one category the last counts, and the configuration's came first.
        builder.Logging.AddFilter(AddressesOfRequests, LogLevel.Warning);
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
