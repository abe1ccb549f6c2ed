using Marten.Events.Daemon.HighWater;
using Marten.Events.Daemon.Rebuilding;
using Microsoft.Extensions.Logging;

namespace Marten.Events.Daemon;

/// <summary>Being the daemon of a database, for as long as the lease holds; and becoming it again when it was lost.</summary>
/// <param name="context">what the daemon works with</param>
/// <param name="exclusive">whether there may be other processes: then one of them leads at a time</param>
internal sealed partial class DaemonRun(DaemonContext context, bool exclusive)
{
    private int _failures;

    /// <summary>Leads whenever it can, until cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            try
            {
                await context.Store.EnsureSchemaAsync(token).ConfigureAwait(false);
                await LeadAsync(token).ConfigureAwait(false);
            }
            catch (Exception e) when (!token.IsCancellationRequested)
            {
                context.Health.DatabaseDown(e.Message);
                if (_failures++ == 0)
                    LogLost(context.Logger, e);
                var wait = DaemonLimits.BackOff(_failures, DaemonLimits.FirstRetry, DaemonLimits.LongestReconnect);
                await Task.Delay(wait, context.Time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception) when (token.IsCancellationRequested)
            {
                // Whatever breaks while everything is being cancelled is the cancelling.
            }
        }
    }

    private async Task LeadAsync(CancellationToken token)
    {
        await using var lease = await LeaderLease.AcquireAsync(context, exclusive, Reached, token).ConfigureAwait(false);
        Reached();
        context.Health.Lead(true);
        await RebuildLeftovers.RemoveAsync(context, token).ConfigureAwait(false);
        var work = ShardWork.Of(context.Store.Options);
        LogLeads(context.Logger, context.Schema, work.Count);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var following = context.Store.Committed.Follow();
        var (mark, recent) = (new DecidedMark(), new RecentEvents(new EventPages(context.Store), context.Store.Committed, work.Count));
        Task[] parts =
        [
            lease.HoldAsync(ending.Token),
            new HighWaterLoop(context, mark).RunAsync(ending.Token),
            .. work.Select((w, number) => new Shard(context, w, mark, recent.Readers[number]).RunAsync(ending.Token)),
        ];
        try
        {
            // None ends by itself: the first to end has failed, or the token was cancelled.
            await await Task.WhenAny(parts).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Health.Lead(false);
        }
    }

    private void Reached()
    {
        if (_failures > 0)
            LogReached(context.Logger);
        _failures = 0;
        context.Health.DatabaseUp();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The asynchronous daemon has its database back")]
    private static partial void LogReached(ILogger logger);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "This process runs the projections of schema {Schema}: {Count} projections and subscriptions")]
    private static partial void LogLeads(ILogger logger, string schema, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The asynchronous daemon has lost its database; it tries again until it is back")]
    private static partial void LogLost(ILogger logger, Exception exception);
}
