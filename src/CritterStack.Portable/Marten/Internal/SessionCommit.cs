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
        session.ForgetUnusedTransaction();
        try
        {
            await CommitAsync(streams, token).ConfigureAwait(false);
        }
        catch
        {
            session.KeepStatements(queued);
            session.Events.Refused();
            throw;
        }
        finally
        {
            await session.EndTransactionAsync().ConfigureAwait(false);
        }

        session.Events.Committed();
        session.EjectAllPendingChanges();
    }

    private async Task CommitAsync(List<StreamAction> streams, CancellationToken token)
    {
        EventMetadata.Stamp(streams, session, store.Options.EventGraph);
        if (session.Transaction is { } begun)
        {
            await CommitBegunAsync(streams, begun, token).ConfigureAwait(false);
        }
        else if (streams.Count == 0)
        {
            await store.Writer.CommitAsync(new UnitOfWork(streams, session.Statements), token).ConfigureAwait(false);
        }
        else if (store.Inline.Any && streams.Exists(s => s.ExpectedVersionOnServer is null))
        {
            await CommitLockedAsync(streams, token).ConfigureAwait(false);
        }
        else if (session.Statements.Count > 0)
        {
            // The caller's own statements may take long or wait for locks: others are not made to wait with them.
            await store.Inline.ApplyAsync(session, streams, token).ConfigureAwait(false);
            await store.Writer.CommitAsync(new UnitOfWork(streams, session.Statements), token).ConfigureAwait(false);
        }
        else
        {
            await store.Queue.CommitAsync(new PendingCommit(session, streams, token)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Inline projections must know versions: streams of unknown version are locked before, in a transaction of several round trips.
    /// </summary>
    private async Task CommitLockedAsync(List<StreamAction> streams, CancellationToken token)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(token).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
        await store.Writer.LockAsync(streams, connection, token).ConfigureAwait(false);
        session.Connection = connection;
        try
        {
            await store.Inline.ApplyAsync(session, streams, token).ConfigureAwait(false);
        }
        finally
        {
            session.Connection = null;
        }

        token.ThrowIfCancellationRequested();
        var work = new UnitOfWork(streams, session.Statements, AreLocked: true);
        await store.Writer.ExecuteAsync(work, connection).ConfigureAwait(false);
        await store.Writer.CommitAsync(work, transaction).ConfigureAwait(false);
    }

    /// <summary>Commits the transaction in which the session has read, perhaps with locks that its decision stands on.</summary>
    private async Task CommitBegunAsync(List<StreamAction> streams, NpgsqlTransaction transaction, CancellationToken token)
    {
        var areLocked = streams.Exists(s => s.ExpectedVersionOnServer is null) && store.Inline.Any;
        if (areLocked)
        {
            await store.Writer.LockAsync(streams, session.Connection!, token).ConfigureAwait(false);
        }

        if (streams.Count > 0)
        {
            await store.Inline.ApplyAsync(session, streams, token).ConfigureAwait(false);
        }

        token.ThrowIfCancellationRequested();
        var work = new UnitOfWork(streams, session.Statements, AreLocked: areLocked);
        await store.Writer.ExecuteAsync(work, session.Connection!).ConfigureAwait(false);
        await store.Writer.CommitAsync(work, transaction).ConfigureAwait(false);
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
            streams.Sort(UnitOfWork.LockOrder);
        }

        return streams;
    }
}
