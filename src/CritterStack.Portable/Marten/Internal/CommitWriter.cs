using JasperFx.Events;
using Npgsql;

namespace Marten.Internal;

/// <summary>Brings units of work into the database: one batch, one round trip, one transaction.</summary>
internal sealed class CommitWriter(NpgsqlDataSource dataSource, AppendCommand append, Action<IReadOnlyList<StreamAction>> committed)
{
    /// <summary>Commits a unit on a connection of its own.</summary>
    /// <param name="work">the unit; its events know their versions and sequences afterwards</param>
    /// <param name="token">heeded until the unit is sent: then the outcome is awaited, lest something done be taken for undone</param>
    public async Task CommitAsync(UnitOfWork work, CancellationToken token)
    {
        await using (var connection = await dataSource.OpenConnectionAsync(token).ConfigureAwait(false))
        {
            token.ThrowIfCancellationRequested();
            await ExecuteAsync(work, connection).ConfigureAwait(false);
        }

        SayCommitted(work);
    }

    /// <summary>Commits the transaction that the unit was executed in.</summary>
    public async Task CommitAsync(UnitOfWork work, NpgsqlTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw CommitFailures.Translate(e, work.Streams);
        }

        SayCommitted(work);
    }

    /// <summary>
    /// Runs a unit on a connection. Without a transaction around it, PostgreSQL makes one of everything up to the batch's single Sync.
    /// </summary>
    public async Task ExecuteAsync(UnitOfWork work, NpgsqlConnection connection)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (work.Streams.Count > 0)
        {
            batch.BatchCommands.Add(append.For(work));
        }

        foreach (var statement in work.Statements)
        {
            batch.BatchCommands.Add(statement.ToBatchCommand());
        }

        try
        {
            Number(work.Streams, await RunAsync(batch, CancellationToken.None).ConfigureAwait(false));
        }
        catch (NpgsqlException e)
        {
            throw CommitFailures.Translate(e, work.Streams);
        }
    }

    /// <summary>
    /// Locks streams until the end of the connection's transaction, checks what is expected of them and gives their events versions.
    /// </summary>
    public async Task LockAsync(IReadOnlyList<StreamAction> streams, NpgsqlConnection connection, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(append.Lock(streams));
        try
        {
            var versions = (await RunAsync(batch, token).ConfigureAwait(false))!;
            for (var i = 0; i < versions.Length; i++)
            {
                EventMetadata.Number(streams[i], versions[i]);
            }
        }
        catch (NpgsqlException e)
        {
            throw CommitFailures.Translate(e, streams);
        }
    }

    private static async Task<long[]?> RunAsync(NpgsqlBatch batch, CancellationToken token)
    {
        await using var reader = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
        var answer = await reader.ReadAsync(token).ConfigureAwait(false) ? reader.GetValue(0) as long[] : null;

        // The answer counts only when the whole transaction was committed, which the end of the batch says.
        while (await reader.NextResultAsync(token).ConfigureAwait(false))
        {
        }

        return answer;
    }

    private static void Number(IReadOnlyList<StreamAction> streams, long[]? answer)
    {
        var next = streams.Count;
        for (var i = 0; i < streams.Count; i++)
        {
            EventMetadata.Number(streams[i], answer![i]);
            foreach (var e in streams[i].Events)
            {
                e.Sequence = answer[next++];
            }
        }
    }

    private void SayCommitted(UnitOfWork work)
    {
        if (work.Streams.Count > 0)
        {
            committed(work.Streams);
        }
    }
}
