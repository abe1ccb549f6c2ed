using System.Collections.Concurrent;
using JasperFx.Events.Daemon;
using Marten.Events.Daemon;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace CritterStack.Portable.Tests.Daemon;

/// <summary>The daemon while its server is away.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task An_outage_is_reported_once_and_got_over()
    {
        await using var cluster = await PrivateCluster.StartAsync();
        await using var tally = await TallyDatabase.CreateAsync(await cluster.EnsureDatabaseAsync("tally"));
        var log = new Lines();
        var host = await tally.StartAsync(TallyDatabase.Async, DaemonMode.HotCold, log: log);
        await TallyDatabase.WriteAsync(host, "before", 50);
        await TallyDatabase.EventuallyAsync(async () => await tally.ProgressAsync() == 50, "the projection has caught up");

        await cluster.StopImmediatelyAsync();
        await TallyDatabase.EventuallyReportedAsync(host, HealthStatus.Unhealthy);
        await Task.Delay(TimeSpan.FromSeconds(3));
        await cluster.StartAgainAsync();
        await TallyDatabase.EventuallyReportedAsync(host, HealthStatus.Healthy);
        await TallyDatabase.WriteAsync(host, "after", 50);
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
        Assert.Single(log.Said, line => line.Contains("has lost its database", StringComparison.Ordinal));
        Assert.True(log.Said.Count <= 8, string.Join('\n', log.Said));
    }

    internal sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName == DaemonService.LogCategory ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
