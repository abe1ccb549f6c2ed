using Marten.Internal;
using Npgsql;

namespace Marten.Events.Daemon;

/// <summary>
/// The connection that makes this process the daemon of its database: it holds the session advisory lock, which
/// PostgreSQL frees when the connection ends however it ends, and it listens for commits of other processes.
/// </summary>
internal sealed class LeaderLease : IAsyncDisposable
{
    private readonly DaemonContext _context;
    private readonly NpgsqlConnection _connection;
    private readonly long? _key;

    private LeaderLease(DaemonContext context, NpgsqlConnection connection, long? key)
    {
        _context = context;
        _connection = connection;
        _key = key;
    }

    /// <summary>Waits until this process leads.</summary>
    /// <param name="context">what the daemon works with</param>
    /// <param name="exclusive">whether there may be others: false takes no lock</param>
    /// <param name="reached">called whenever the database has answered that another process leads</param>
    /// <param name="token">gives up</param>
    public static async Task<LeaderLease> AcquireAsync(DaemonContext context, bool exclusive, Action reached, CancellationToken token)
    {
        var connection = await context.Database.OpenConnectionAsync(token).ConfigureAwait(false);
        var lease = new LeaderLease(context, connection, exclusive ? Identifiers.LockKey("daemon", context.Schema, "") : null);
        try
        {
            while (!await lease.TryLockAsync().ConfigureAwait(false))
            {
                reached();
                await Task.Delay(DaemonLimits.LeaderPoll, context.Time, token).ConfigureAwait(false);
            }
            connection.Notification += (_, _) => Tell(context.Store);
            await using var listen = new NpgsqlCommand($"listen {Identifiers.Quote(context.Store.NotifyChannel)}", connection);
            await listen.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            context.Store.LeadsAlone = exclusive;
            return lease;
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Receives notifications until cancelled; fails as soon as the connection, and with it the lease, is lost.</summary>
    public async Task HoldAsync(CancellationToken token)
    {
        while (true)
        {
            if (await _connection.WaitAsync(DaemonLimits.LeaderPing, token).ConfigureAwait(false))
                continue;
            await using var ping = Command("select 1");
            await ping.ExecuteScalarAsync(token).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Frees the lock at once. Only closing would not: a pooled connection stays open and keeps its locks until its next use.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        // From here on another process may lead, and wants to be told.
        _context.Store.LeadsAlone = false;
        try
        {
            await using var free = Command("unlisten *; select pg_advisory_unlock_all()");
            await free.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or ObjectDisposedException)
        {
            // The connection is gone, and the lock with it; or else it must not go back into the pool with what it holds.
            _context.Database.Clear();
        }
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private static void Tell(DocumentStore store)
    {
        store.CommittedElsewhere.Raise();
        store.EventsCommitted.Raise();
    }

    private NpgsqlCommand Command(string sql) =>
        new(sql, _connection) { CommandTimeout = (int)DaemonLimits.LeaderPingTimeout.TotalSeconds };

    private async Task<bool> TryLockAsync()
    {
        if (_key is not { } key)
            return true;
        // Not cancellable: a lock granted to a cancelled call would be held by nobody who knows.
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", _connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = key } },
        };
        return (bool)(await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false))!;
    }
}
