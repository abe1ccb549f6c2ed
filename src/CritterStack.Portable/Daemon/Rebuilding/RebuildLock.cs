using Npgsql;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>
/// The rebuild's own connection, which holds the right to rebuild one projection for as long as it lives. Everything the
/// rebuild writes goes through it, so that a rebuild that has lost its lock can do nothing more.
/// </summary>
internal sealed class RebuildLock : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;

    private RebuildLock(NpgsqlDataSource database, NpgsqlConnection connection) => (_database, Connection) = (database, connection);

    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="InvalidOperationException">the projection is being rebuilt by somebody else</exception>
    public static async Task<RebuildLock> TakeAsync(DaemonContext context, string projection, CancellationToken token) =>
        await TryTakeAsync(context, projection, token).ConfigureAwait(false)
        ?? throw new InvalidOperationException(
            $"The projection {projection} is being rebuilt already; one rebuild of a projection runs at a time");

    /// <summary>Takes the lock, or answers null when somebody else has it.</summary>
    public static async Task<RebuildLock?> TryTakeAsync(DaemonContext context, string projection, CancellationToken token)
    {
        var connection = await context.Database.OpenConnectionAsync(token).ConfigureAwait(false);
        var taken = new RebuildLock(context.Database, connection);
        try
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Identifiers.LockKey("rebuild", context.Schema, projection) });
            // Not cancellable: a lock granted to a cancelled call would be held by nobody who knows.
            if ((bool)(await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false))!)
                return taken;
        }
        catch
        {
            await taken.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await taken.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>Frees the lock and leaves the connection as it was: in the pool it lives on.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var free = new NpgsqlCommand(
                "select pg_advisory_unlock_all(); reset search_path; reset synchronous_commit", Connection);
            await free.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The connection is gone, and the lock with it; or else it must not go back into the pool with what it holds.
            _database.Clear();
        }
        await Connection.DisposeAsync().ConfigureAwait(false);
    }
}
