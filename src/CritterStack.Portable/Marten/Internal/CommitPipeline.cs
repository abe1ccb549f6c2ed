using JasperFx.Events;
using Npgsql;

namespace Marten.Internal;

/// <summary>
/// Brings units of work into the database: one batch, one round trip, one transaction. Everything that is ever committed goes
/// through here, so that units of concurrent sessions may share a transaction one day.
/// </summary>
internal sealed class CommitPipeline(NpgsqlDataSource dataSource, AppendCommand append)
{
    /// <summary>Commits a unit of its own.</summary>
    public async Task CommitAsync(UnitOfWork work, CancellationToken token)
    {
        await using var connection = await dataSource.OpenConnectionAsync(token).ConfigureAwait(false);

        // Once sent, the outcome is awaited: a caller must never take for undone what may have been done.
        token.ThrowIfCancellationRequested();
        await ExecuteAsync(work, connection).ConfigureAwait(false);
    }

    /// <summary>Runs a unit within the transaction that the connection is in; the caller commits it.</summary>
    public async Task ExecuteAsync(UnitOfWork work, NpgsqlConnection connection)
    {
        // Without a transaction around it, PostgreSQL makes one of everything up to the batch's single Sync.
        await using var batch = new NpgsqlBatch(connection);
        // Every stream of several is locked and checked before the first number is drawn: a unit that loses on its last stream burns none.
        var claims = work.IsLocked || work.Streams.Count == 1 ? 0 : work.Streams.Count;
        for (var i = 0; i < claims; i++)
        {
            batch.BatchCommands.Add(append.Claim(work.Streams[i]));
        }

        var areClaimed = work.IsLocked || claims > 0;
        foreach (var stream in work.Streams)
        {
            batch.BatchCommands.Add(append.For(stream, areClaimed));
        }

        foreach (var statement in work.Statements)
        {
            batch.BatchCommands.Add(statement.ToBatchCommand());
        }

        try
        {
            var answers = await RunAsync(batch, claims, work.Streams.Count).ConfigureAwait(false);
            for (var i = 0; i < answers.Length; i++)
            {
                Number(work.Streams[i], answers[i]);
            }
        }
        catch (NpgsqlException e)
        {
            throw CommitFailures.Translate(e, work.Streams);
        }
    }

    /// <summary>
    /// Locks streams until the end of the connection's transaction, and checks what is expected of them; answers their versions.
    /// </summary>
    public async Task<long[]> ClaimAsync(IReadOnlyList<StreamAction> streams, NpgsqlConnection connection, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var stream in streams)
        {
            batch.BatchCommands.Add(append.Claim(stream));
        }

        try
        {
            var versions = new long[streams.Count];
            await using var answers = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
            for (var i = 0; i < versions.Length; i++)
            {
                await answers.ReadAsync(token).ConfigureAwait(false);
                versions[i] = answers.GetInt64(0);
                await answers.NextResultAsync(token).ConfigureAwait(false);
            }

            return versions;
        }
        catch (NpgsqlException e)
        {
            throw CommitFailures.Translate(e, streams);
        }
    }

    private static async Task<long[][]> RunAsync(NpgsqlBatch batch, int claims, int streams)
    {
        var answers = new long[streams][];
        await using var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        for (var i = 0; i < claims; i++)
        {
            await reader.NextResultAsync().ConfigureAwait(false);
        }

        for (var i = 0; i < streams; i++)
        {
            await reader.ReadAsync().ConfigureAwait(false);
            answers[i] = reader.GetFieldValue<long[]>(0);
            await reader.NextResultAsync().ConfigureAwait(false);
        }

        // The answers count only when the whole transaction was committed, which the end of the batch says.
        while (await reader.NextResultAsync().ConfigureAwait(false))
        {
        }

        return answers;
    }

    private static void Number(StreamAction stream, long[] answer)
    {
        EventMetadata.Number(stream, answer[0]);
        for (var i = 0; i < stream.Events.Count; i++)
        {
            stream.Events[i].Sequence = answer[i + 1];
        }
    }
}
