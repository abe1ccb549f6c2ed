using System.Data;
using JasperFx.Events;
using Marten.Internal;
using Marten.Services;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Events.Daemon;

/// <summary>How a page's transaction ended.</summary>
internal enum PageResult
{
    /// <summary>Rows and progress are committed.</summary>
    Committed,

    /// <summary>Somebody else has moved the progress: nothing was done.</summary>
    ProgressMoved,
}

/// <summary>A projection or subscription has failed on a page; nothing of the page is committed.</summary>
internal sealed class PageFailedException(Exception cause) : Exception(cause.Message, cause);

/// <summary>A subscription wants to stop; what it had dealt with before is committed.</summary>
internal sealed class StopRequestedException(Exception cause) : Exception(cause.Message, cause);

/// <summary>Applies pages of a shard, each in one transaction with its progress.</summary>
internal sealed partial class PageTransaction(DaemonContext context, ShardWork work)
{
    private readonly string _name = work.Name.Identity;

    /// <summary>Applies and commits a page.</summary>
    /// <exception cref="PageFailedException">the projection or its SQL has failed</exception>
    /// <exception cref="StopRequestedException">the subscription asked to stop</exception>
    public async Task<PageResult> CommitAsync(EventPage page, CancellationToken token)
    {
        await using var connection = await context.Database.OpenConnectionAsync(token).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, token).ConfigureAwait(false);
        // First, since it locks the row: another daemon, or a rebuild about to put new tables in, waits until we have
        // ended, or we wait for it and then find the progress moved. Only the holder touches the shard's tables.
        if (!await ProgressTable.SwapAsync(connection, context.Schema, _name, page.Floor, page.Ceiling, token).ConfigureAwait(false))
            return PageResult.ProgressMoved;
        await using var session = new DocumentSession(context.Store) { Connection = connection };
        PageOutcome outcome;
        try
        {
            outcome = page.Events.Count == 0
                ? new PageOutcome(page.Ceiling)
                : await ApplyAsync(session, connection, page, token).ConfigureAwait(false);
            await transaction.CommitAsync(token).ConfigureAwait(false);
        }
        catch (Exception e) when (!token.IsCancellationRequested && e is not StopRequestedException && !DatabaseOutage.Is(e))
        {
            throw new PageFailedException(e);
        }
        await TellAsync(outcome, session, token).ConfigureAwait(false);
        return outcome.Stop is null ? PageResult.Committed : throw new StopRequestedException(outcome.Stop);
    }

    private async Task<PageOutcome> ApplyAsync(
        DocumentSession session, NpgsqlConnection connection, EventPage page, CancellationToken token)
    {
        var outcome = await work.ApplyAsync(session, page, token).ConfigureAwait(false);
        if (outcome.Stop is not null)
        {
            if (outcome.Ceiling <= page.Floor)
                throw new StopRequestedException(outcome.Stop);
            await ProgressTable.SetAsync(connection, context.Schema, _name, outcome.Ceiling, token).ConfigureAwait(false);
        }
        await session.ExecuteQueuedAsync(connection, token).ConfigureAwait(false);
        if (outcome.Listener is { } listener)
            await listener.BeforeCommitAsync(session, NoChanges.Instance, token).ConfigureAwait(false);
        return outcome;
    }

    private async Task TellAsync(PageOutcome outcome, DocumentSession session, CancellationToken token)
    {
        try
        {
            if (outcome.Listener is { } listener)
                await listener.AfterCommitAsync(session, NoChanges.Instance, token).ConfigureAwait(false);
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            // The page is committed: telling is done at most once.
            LogListenerFailed(context.Logger, e, _name, outcome.Ceiling);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Shard}: the listener failed after the commit through sequence {Sequence}")]
    private static partial void LogListenerFailed(ILogger logger, Exception exception, string shard, long sequence);

    private sealed class NoChanges : IChangeSet
    {
        public static readonly IChangeSet Instance = new NoChanges();

        public IEnumerable<IEvent> GetEvents() => [];

        public IEnumerable<StreamAction> GetStreams() => [];
    }
}
