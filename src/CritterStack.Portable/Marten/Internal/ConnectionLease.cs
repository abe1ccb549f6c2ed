using Npgsql;

namespace Marten.Internal;

/// <summary>A connection for a while: one of the session's own, or the one that it was told to work on.</summary>
internal readonly struct ConnectionLease(NpgsqlConnection connection, bool isOwned) : IAsyncDisposable
{
    public NpgsqlConnection Connection { get; } = connection;

    public ValueTask DisposeAsync() => isOwned ? Connection.DisposeAsync() : ValueTask.CompletedTask;
}
