using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.Logs;

/// <summary>
/// Everything that the applications and programs of this suite log, in one file, and every secret that they were given, to be held against
/// each other at the end of the run. Applications in memory are heard at the level Debug, in all categories
/// but the one that never logs so much; programs as they are started.
/// </summary>
public static class SuiteLog
{
    /// <summary>The most bytes of the file: 4 GiB. A suite that logs more has another problem.</summary>
    private const long MostBytes = 4L * 1024 * 1024 * 1024;

    // Of every application in memory, whatever tests run beside it: a failure's own part is found by its time.
    private const int MostKept = 4 * 1024 * 1024;

    private static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);
    private static readonly Lock Writing = new();
    private static readonly string File = NewFile();
    private static readonly StreamWriter Lines = new(File);

    static SuiteLog() => Seeded.KeepShared("applications", End);

    /// <summary>How many lines there are.</summary>
    public static long Count { get; private set; }

    /// <summary>Every secret so far.</summary>
    public static IReadOnlyCollection<string> Secrets => [.. Known.Keys];

    /// <summary>Notes what must not be logged.</summary>
    public static void Secret(string? value)
    {
        if (value is { Length: >= LogSecrets.LeastLength }) Known.TryAdd(value, true);
    }

    /// <summary>Notes the password of a connection string.</summary>
    public static void SecretOf(string connectionString) => Secret(new NpgsqlConnectionStringBuilder(connectionString).Password);

    /// <summary>Notes what a request brings that is the caller's own: its token and its idempotency key.</summary>
    public static void SecretsOf(IEnumerable<string?> authorization, IEnumerable<string?> key)
    {
        foreach (var value in authorization) Secret(value?.Split(' ', 2)[^1]);
        foreach (var value in key) Secret(value);
    }

    /// <summary>Lets an application in memory be heard.</summary>
    public static IWebHostBuilder IsHeard(this IWebHostBuilder builder, LogLevel least = LogLevel.Debug) => builder
        .ConfigureLogging(logging =>
        {
            logging.AddProvider(new Provider()).AddFilter<Provider>(null, least);
            // A rule for one provider counts for more than the program's own.
            foreach (var (category, floor) in Hosting.Logs.Floors) logging.AddFilter<Provider>(category, floor);
        })
        .ConfigureServices(services => services.AddSingleton<IStartupFilter, Secretive>());

    /// <summary>Writes a line of what was logged, or several.</summary>
    public static void Write(string text)
    {
        lock (Writing)
        {
            Lines.WriteLine(text);
            Count++;
        }
    }

    /// <summary>Everything written so far, line by line.</summary>
    public static IEnumerable<string> Read()
    {
        lock (Writing) Lines.Flush();
        Assert.True(new FileInfo(File).Length < MostBytes, "The suite logs more than a test can read.");
        using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static string End()
    {
        lock (Writing) Lines.Flush();
        using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(-Math.Min(MostKept, stream.Length), SeekOrigin.End);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string NewFile()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-suite-log-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return Path.Combine(folder, "suite.log");
    }

    // Whatever reaches an application is noted there: no test has to remember to.
    private sealed class Secretive : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                SecretsOf(http.Request.Headers.Authorization, http.Request.Headers["Idempotency-Key"]);
                return rest(http);
            });
            next(app);
        };
    }

    [ProviderAlias("SuiteLog")]
    private sealed class Provider : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        // Message, members, exception and scopes: each of them ends up in a line of the console.
        private void Log<TState>(string category, LogLevel level, TState state, Exception? e, string message)
        {
            var members = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "";
            var scopes = new List<string>();
            _scopes.ForEachScope((scope, to) => to.Add(scope is IEnumerable<KeyValuePair<string, object>> named ? string.Join(' ', named) : $"{scope}"), scopes);
            Write($"{level} {category} {DateTime.UtcNow:HH:mm:ss.fff} {message} {members} {string.Join(' ', scopes)} {e}");
        }

        private sealed class Logger(Provider provider, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => provider._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                provider.Log(category, logLevel, state, exception, formatter(state, exception));
        }
    }
}
