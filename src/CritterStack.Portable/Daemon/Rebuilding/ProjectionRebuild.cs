using System.Data;
using Marten.Internal;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>
/// Rebuilds a projection into copies of its tables while the live ones go on, and puts the copies in their place at the end.
/// Until that one transaction nothing of the live rows has changed: whatever interrupts the rebuild before, they stay.
/// </summary>
internal sealed partial class ProjectionRebuild(DaemonContext context, RebuildTarget target, NpgsqlConnection connection)
{
    private readonly RebuildPages _pages = new(context, beyondMatters: target.Inline);
    private readonly EventPages _tail = new(context.Store);
    private TableRewrite _rewrite = null!;
    private ShadowSchema _shadow = null!;
    private IReadOnlyList<OwnedTable> _tables = [];
    private long _done;
    private long _events;
    private long _said;

    /// <summary>Rebuilds and swaps.</summary>
    /// <exception cref="InvalidOperationException">the projection cannot be rebuilt, or fails on an event</exception>
    /// <exception cref="TimeoutException">the tables were in use by others all the time, so that they could not be replaced</exception>
    public async Task RunAsync(CancellationToken token)
    {
        var began = _said = context.Time.GetTimestamp();
        _tables = await OwnedTable.FindAsync(connection, target.Name, target.Tables, token).ConfigureAwait(false);
        var schema = Identifiers.ShadowSchema(context.Schema, target.Name);
        _shadow = new ShadowSchema(connection, schema, _tables);
        _rewrite = new TableRewrite(schema, _tables);
        LogBegins(context.Logger, target.Name, schema);
        try
        {
            await _shadow.CreateAsync(token).ConfigureAwait(false);
            await FillAsync(token).ConfigureAwait(false);
            await SwapAsync(token).ConfigureAwait(false);
        }
        catch
        {
            await ForgetAsync().ConfigureAwait(false);
            throw;
        }
        var seconds = context.Time.GetElapsedTime(began).TotalSeconds;
        LogEnds(context.Logger, target.Name, _events, _done, seconds, _events / Math.Max(seconds, 0.001));
    }

    private async Task FillAsync(CancellationToken token)
    {
        // The copies are worthless until the swap, and a crash before it throws them away: their commits need not wait for
        // the disk. The swap's own commit does, and PostgreSQL's log is written in order: with that commit everything
        // before it is on disk too.
        await ExecuteAsync("set synchronous_commit = off", token).ConfigureAwait(false);
        await CatchUpAsync(token).ConfigureAwait(false);
        await _shadow.CreateIndexesAsync(token).ConfigureAwait(false);
        await _shadow.AnalyzeAsync(token).ConfigureAwait(false);
    }

    private async Task CatchUpAsync(CancellationToken token)
    {
        await foreach (var page in _pages.ReadAsync(_done, token).ConfigureAwait(false))
        {
            await ApplyAndCommitAsync(page, token).ConfigureAwait(false);
            _done = page.Ceiling;
            _events += page.Events.Count;
            if (context.Time.GetElapsedTime(_said) < DaemonLimits.RebuildReport)
                continue;
            _said = context.Time.GetTimestamp();
            LogGoesOn(context.Logger, target.Name, _done);
        }
    }

    private async Task ApplyAndCommitAsync(EventPage page, CancellationToken token)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, token).ConfigureAwait(false);
            await ApplyAsync(page, token).ConfigureAwait(false);
            await transaction.CommitAsync(token).ConfigureAwait(false);
        }
        catch (PageFailedException) when (page.Events.Count > 1)
        {
            var (first, second) = page.Halves();
            await ApplyAndCommitAsync(first, token).ConfigureAwait(false);
            await ApplyAndCommitAsync(second, token).ConfigureAwait(false);
        }
        catch (PageFailedException e)
        {
            var failed = page.Events[0];
            var what = $"event {failed.EventTypeName} version {failed.Version} of stream {failed.StreamKey}";
            throw Failed($"sequence {failed.Sequence}, {what}", e);
        }
    }

    private InvalidOperationException Failed(string where, PageFailedException e) =>
        new($"The projection {target.Name} cannot be rebuilt: it fails on {where}: {e.Message}", e.InnerException);

    private async Task ApplyAsync(EventPage page, CancellationToken token)
    {
        if (page.Events.Count == 0)
            return;
        await using var session = new DocumentSession(context.Store) { Connection = connection, Rewrite = _rewrite.Apply };
        try
        {
            await target.Projection.ApplyAsync(session, page.Events, token).ConfigureAwait(false);
            await session.ExecuteQueuedAsync(connection, token).ConfigureAwait(false);
        }
        catch (Exception e) when (!token.IsCancellationRequested && !DatabaseOutage.Is(e))
        {
            throw new PageFailedException(e);
        }
        await _shadow.AssertOnlyCopiesWrittenAsync(target.Name, token).ConfigureAwait(false);
    }

    private async Task SwapAsync(CancellationToken token)
    {
        for (var attempt = 1; attempt <= DaemonLimits.SwapAttempts; attempt++)
        {
            await CatchUpAsync(token).ConfigureAwait(false);
            try
            {
                await SwapOnceAsync(token).ConfigureAwait(false);
                return;
            }
            catch (PageFailedException e)
            {
                throw Failed($"an event behind sequence {_done}", e);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                LogTablesInUse(context.Logger, target.Name, attempt);
                await Task.Delay(DaemonLimits.SwapPause, context.Time, token).ConfigureAwait(false);
            }
        }
        throw new TimeoutException(
            $"The projection {target.Name} was rebuilt, but its tables are in use by long transactions and could not be replaced: "
            + "its rows are the old ones");
    }

    /// <summary>
    /// The one step. The tables are locked against everybody at once, readers too: a lock that lets readers go on would
    /// have to be raised for replacing the tables, and a writer that has read a table and waits to write it would then
    /// stand in the way for ever. Asked for outright, PostgreSQL lets such a writer pass before us.
    /// </summary>
    private async Task SwapOnceAsync(CancellationToken token)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, token).ConfigureAwait(false);
        var patience = DaemonLimits.SwapLockTimeout.TotalMilliseconds;
        await ExecuteAsync($"set local synchronous_commit = on; set local lock_timeout = {patience}", token).ConfigureAwait(false);
        var end = await (target.Inline ? FinishInlineAsync(token) : FinishAsyncAsync(token)).ConfigureAwait(false);
        await _shadow.ReplaceLiveTablesAsync(token).ConfigureAwait(false);
        await transaction.CommitAsync(token).ConfigureAwait(false);
        _done = end;
    }

    /// <summary>
    /// The live shard takes the row of its progress before it touches the tables, so holding that row keeps it out. It may
    /// be ahead of us, but only over decided events, and we follow. Its next swap of progress fails, since we change the
    /// row, or finds what it expects and goes on from there on the new tables.
    /// </summary>
    private async Task<long> FinishAsyncAsync(CancellationToken token)
    {
        var live = await ProgressTable.HoldAsync(connection, context.Schema, target.ProgressName, token).ConfigureAwait(false);
        await LockTablesAsync(token).ConfigureAwait(false);
        var end = Math.Max(_done, live);
        await ApplyTailAsync(end, token).ConfigureAwait(false);
        await ProgressTable.SetAsync(connection, context.Schema, target.ProgressName, end, token).ConfigureAwait(false);
        return end;
    }

    /// <summary>
    /// Inline rows are written in the transactions of their events, so with the tables locked each writer is on one side:
    /// either it has ended, and its events can be read now (a commit becomes visible before its locks are freed), gaps
    /// between them or not; or it has not written these tables yet, its events cannot be read, and what it is about to
    /// write goes into the new tables. Nobody's rows are lost, nobody's come twice.
    /// </summary>
    private async Task<long> FinishInlineAsync(CancellationToken token)
    {
        await LockTablesAsync(token).ConfigureAwait(false);
        return await ApplyTailAsync(long.MaxValue, token).ConfigureAwait(false);
    }

    private Task LockTablesAsync(CancellationToken token) =>
        ExecuteAsync($"lock table {string.Join(", ", _tables.Select(t => t.Quoted))} in access exclusive mode", token);

    private async Task<long> ApplyTailAsync(long ceiling, CancellationToken token)
    {
        var floor = _done;
        while (floor < ceiling)
        {
            var page = await _tail.ReadAsync(connection, floor, ceiling, DaemonLimits.RebuildPage, token).ConfigureAwait(false);
            if (page.Unreadable is { } unreadable)
                throw unreadable;
            await ApplyAsync(page, token).ConfigureAwait(false);
            if (page.Events.Count < DaemonLimits.RebuildPage)
                return page.Events.Count == 0 ? floor : page.Events[^1].Sequence;
            floor = page.Ceiling;
        }
        return floor;
    }

    /// <summary>Removes the copies if it can; if not, the next rebuild does.</summary>
    private async Task ForgetAsync()
    {
        try
        {
            if (connection.State == ConnectionState.Open)
                await _shadow.DropAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            LogLeftBehind(context.Logger, e, target.Name);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Rebuilding the projection {Projection} in the schema {Schema}")]
    private static partial void LogBegins(ILogger logger, string projection, string schema);

    [LoggerMessage(Level = LogLevel.Information, Message = "Rebuilding the projection {Projection}: at sequence {Sequence}")]
    private static partial void LogGoesOn(ILogger logger, string projection, long sequence);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Rebuilt the projection {Projection}: {Events} events up to sequence {Sequence} in {Seconds:0.0} s ({Rate:0}/s)")]
    private static partial void LogEnds(ILogger logger, string projection, long events, long sequence, double seconds, double rate);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The tables of the projection {Projection} are in use; trying to replace them again (attempt {Attempt})")]
    private static partial void LogTablesInUse(ILogger logger, string projection, int attempt);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The copies of the projection {Projection} could not be removed; its next rebuild removes them")]
    private static partial void LogLeftBehind(ILogger logger, Exception exception, string projection);
}
