using JasperFx.Events.Daemon.HighWater;
using Marten.Events.Daemon.HighWater;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>
/// Wakes the daemon when events have been committed: its own instance's at once, those of other instances by NOTIFY. The notification is not
/// part of the commit, as Marten's own is: PostgreSQL lets only one transaction with a NOTIFY commit at a time, disk included.
/// </summary>
public sealed partial class AppendSignal(NpgsqlDataSource db, TimeProvider clock, ILogger<AppendSignal> log) : IDaemonWakeup
{
    /// <summary>How long events gather before the daemon looks, and before other instances are notified: it looks once for all of them.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(25);

    // After this long without a wait the daemon runs elsewhere.
    private static readonly TimeSpan Leads = TimeSpan.FromSeconds(5);

    private const string Notify = $"select pg_notify('{PostgresqlListenWakeup.DefaultChannel}', '')";

    // Without a logger: that the database is away, the daemon says itself.
    private readonly PostgresqlListenWakeup _others = new(db, NullLogger.Instance);
    private readonly SemaphoreSlim _committed = new(0, 1);
    private long _waitedAt = long.MinValue;
    private int _isNotifying;

    /// <summary>Events of this instance have been committed.</summary>
    public void Committed()
    {
        if (Volatile.Read(ref _waitedAt) is var waitedAt && waitedAt != long.MinValue && clock.GetElapsedTime(waitedAt) < Leads)
        {
            if (_committed.CurrentCount > 0) return;
            lock (_committed)
            {
                if (_committed.CurrentCount == 0) _committed.Release();
            }
        }
        else if (Interlocked.Exchange(ref _isNotifying, 1) == 0) _ = NotifyAsync();
    }

    /// <inheritdoc />
    public async Task WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        Volatile.Write(ref _waitedAt, clock.GetTimestamp());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task[] signals = [_others.WaitAsync(timeout, either.Token), _committed.WaitAsync(timeout, either.Token)];
        await Task.WhenAny(signals);
        await either.CancelAsync();
        foreach (var signal in signals) await signal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(Rest, clock, token);
        Volatile.Write(ref _waitedAt, clock.GetTimestamp());
    }

    /// <inheritdoc />
    public void Dispose() => _others.Dispose();

    private async Task NotifyAsync()
    {
        try
        {
            await Task.Delay(Rest, clock);
            Volatile.Write(ref _isNotifying, 0);
            await using var command = db.CreateCommand(Notify);
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception e)
        {
            // The daemon looks by itself a little later.
            NotNotified(log, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Other instances were not notified of new events: {Reason}")]
    private static partial void NotNotified(ILogger log, string reason);
}
