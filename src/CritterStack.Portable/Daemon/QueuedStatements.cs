using Marten.Internal;
using Npgsql;

namespace Marten.Events.Daemon;

/// <summary>Running what a session has queued.</summary>
internal static class QueuedStatements
{
    /// <summary>Runs the session's statements in order within the connection's transaction, in one round trip.</summary>
    /// <exception cref="NotSupportedException">the session also holds new events</exception>
    public static async Task ExecuteQueuedAsync(this DocumentSession session, NpgsqlConnection connection, CancellationToken token)
    {
        if (session.Events.Streams.Count > 0)
        {
            throw new NotSupportedException(
                "A projection or subscription of the portable store cannot add events; open a session of its own for that");
        }
        if (session.Statements.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in session.Statements)
            batch.BatchCommands.Add(statement.ToBatchCommand(session.Rewrite));
        await batch.ExecuteNonQueryAsync(token).ConfigureAwait(false);
    }
}
