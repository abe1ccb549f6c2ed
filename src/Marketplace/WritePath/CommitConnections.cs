using Npgsql;

namespace Marketplace.WritePath;

/// <summary>The connections of the lanes: their own, so that no reader can take them; none waits long for a lock.</summary>
public sealed class CommitConnections(NpgsqlDataSource source) : IAsyncDisposable
{
    /// <summary>As many as there are lanes.</summary>
    public const int Most = CommitLanes.Lanes + CommitLanes.HeldLanes;

    /// <summary>Opens one. Its transactions wait for a lock no longer than <see cref="GroupCommit.GroupLockWait"/>.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync() => source.OpenConnectionAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => source.DisposeAsync();
}
