using JasperFx.Events;
using Marten.Exceptions;
using Npgsql;

namespace Marten.Internal;

/// <summary>Saves one session.</summary>
internal sealed class SessionCommit(DocumentSession session, DocumentStore store)
{
    public async Task RunAsync(CancellationToken token)
    {
        var streams = StreamsWithEvents();
        if (streams.Count == 0 && session.Statements.Count == 0)
        {
            await VerifyAsync(token).ConfigureAwait(false);
            return;
        }

        token.ThrowIfCancellationRequested();
        await store.EnsureSchemaAsync(token).ConfigureAwait(false);
        var queued = session.Statements.Count;
        try
        {
            await CommitAsync(streams, token).ConfigureAwait(false);
        }
        catch
        {
            session.KeepStatements(queued);
            foreach (var stream in session.Events.Fetched)
            {
                stream.Refused();
            }

            throw;
        }

        foreach (var stream in session.Events.Fetched)
        {
            stream.Committed();
        }

        session.EjectAllPendingChanges();
        if (streams.Count > 0)
        {
            store.Committed();
        }
    }

    private async Task CommitAsync(List<StreamAction> streams, CancellationToken token)
    {
        EventMetadata.Stamp(streams, session, store.Options.EventGraph);
        var projections = store.Options.Projections.Inline;
        if (streams.Count == 0 || projections.Count == 0)
        {
            await store.Pipeline.CommitAsync(new UnitOfWork(streams, session.Statements), token).ConfigureAwait(false);
        }
        else if (streams.TrueForAll(s => s.ExpectedVersionOnServer is not null))
        {
            await ApplyInlineAsync(streams, token).ConfigureAwait(false);
            await store.Pipeline.CommitAsync(new UnitOfWork(streams, session.Statements), token).ConfigureAwait(false);
        }
        else
        {
            await CommitLockedAsync(streams, token).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Inline projections must know versions: where one is unknown the streams are locked before, all in their order, in a
    /// transaction of several round trips.
    /// </summary>
    private async Task CommitLockedAsync(List<StreamAction> streams, CancellationToken token)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(token).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
        var versions = await store.Pipeline.ClaimAsync(streams, connection, token).ConfigureAwait(false);
        for (var i = 0; i < streams.Count; i++)
        {
            EventMetadata.Number(streams[i], versions[i]);
        }

        session.Connection = connection;
        try
        {
            await ApplyInlineAsync(streams, token).ConfigureAwait(false);
        }
        finally
        {
            session.Connection = null;
        }

        token.ThrowIfCancellationRequested();
        await store.Pipeline.ExecuteAsync(new UnitOfWork(streams, session.Statements, IsLocked: true), connection).ConfigureAwait(false);
        try
        {
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw CommitFailures.Translate(e, streams);
        }
    }

    private async Task ApplyInlineAsync(List<StreamAction> streams, CancellationToken token)
    {
        IReadOnlyList<IEvent> events = streams.Count == 1 ? streams[0].Events : streams.SelectMany(s => s.Events).ToArray();
        foreach (var registered in store.Options.Projections.Inline)
        {
            await registered.Projection.ApplyAsync(session, events, token).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A decision to store nothing was taken upon states from memory: another process may have stored what makes it wrong.
    /// States read from the database in this session need no check.
    /// </summary>
    private async Task VerifyAsync(CancellationToken token)
    {
        foreach (var stream in session.Events.Fetched)
        {
            if (!stream.IsUnverified)
            {
                continue;
            }

            var actual = await ReadVersionAsync(stream.Action.Key!, token).ConfigureAwait(false);
            if (actual != stream.FetchedVersion)
            {
                stream.Refused();
                throw new EventStreamUnexpectedMaxEventIdException(
                    stream.Action.Key!, stream.Action.AggregateType, stream.FetchedVersion, actual);
            }
        }
    }

    private async Task<long> ReadVersionAsync(string key, CancellationToken token)
    {
        await using var lease = await session.LeaseAsync(token).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(store.Sql.ReadVersion, lease.Connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        try
        {
            return await command.ExecuteScalarAsync(token).ConfigureAwait(false) is long version ? version : 0;
        }
        catch (NpgsqlException e)
        {
            throw new MartenCommandException(null, e);
        }
    }

    private List<StreamAction> StreamsWithEvents()
    {
        var streams = new List<StreamAction>(session.Events.Streams.Count);
        foreach (var stream in session.Events.Streams)
        {
            if (stream.Events.Count > 0)
            {
                streams.Add(stream);
            }
        }

        if (streams.Count > 1)
        {
            streams.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        }

        return streams;
    }
}
