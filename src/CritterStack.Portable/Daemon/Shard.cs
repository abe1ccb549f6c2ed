using JasperFx.Events;
using Marten.Events.Daemon.HighWater;
using Microsoft.Extensions.Logging;

namespace Marten.Events.Daemon;

/// <summary>The event a projection cannot get past.</summary>
internal sealed class ShardStoppedException(string description, Exception cause) : Exception(description, cause);

/// <summary>
/// One projection or subscription following the log. It never skips: at an event it fails on it stops, says so once, and
/// tries again with growing pauses, so that it goes on by itself when the cause is gone.
/// </summary>
internal sealed partial class Shard(DaemonContext context, ShardWork work, DecidedMark mark, RecentEvents.Reader recent)
{
    private readonly string _name = work.Name.Identity;
    private readonly EventPages _pages = new(context.Store);
    private readonly PageTransaction _transaction = new(context, work);
    // Up to here the shard reads for itself.
    private long _alone;
    private string? _reported;
    private int _failures;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        while (true)
        {
            try
            {
                await FollowAsync(token).ConfigureAwait(false);
            }
            catch (ShardStoppedException e)
            {
                Stopped(e, e.Message, LogLevel.Error);
            }
            catch (Exception e) when (!token.IsCancellationRequested)
            {
                // A lost connection is the rule with a database going down, and the daemon as a whole reports that: only
                // a failure that comes back is this shard's news.
                _failures++;
                if (_failures > 1)
                    Stopped(e, $"{_name} cannot work with the database: {e.Message}", LogLevel.Warning, counted: true);
            }
            var wait = DaemonLimits.BackOff(_failures, DaemonLimits.FirstRetry, DaemonLimits.LongestRetry);
            await Task.Delay(wait, context.Time, token).ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(CancellationToken token)
    {
        var progress = await ReadProgressAsync(token).ConfigureAwait(false);
        Task<EventPage>? ahead = null;
        try
        {
            while (true)
            {
                if (mark.Current <= progress)
                {
                    // Nothing is left to stand before: a rebuild, or an operator, has moved the progress past it.
                    Running();
                    await mark.WaitBeyondAsync(progress, DaemonLimits.ProgressReload, token).ConfigureAwait(false);
                    if (mark.Current <= progress)
                        progress = await ReadProgressAsync(token).ConfigureAwait(false);
                    continue;
                }
                // After a failure one event at a time, until one has gone through.
                var size = _failures > 0 ? 1 : Math.Max(1, work.Options.BatchSize);
                var began = context.Time.GetTimestamp();
                var page = await (ahead ?? ReadAsync(progress, size, token)).ConfigureAwait(false);
                ahead = null;
                // Only behind a full page: to read ahead what has just come in would make every page a small one.
                if (page.Unreadable is null && page.Events.Count >= size && mark.Current > page.Ceiling && _failures == 0)
                    ahead = ReadAsync(page.Ceiling, size, token);
                if (page.Ceiling == page.Floor || await ApplyAsync(page, token).ConfigureAwait(false) == PageResult.Committed)
                {
                    progress = page.Ceiling;
                    if (page.Unreadable is { } unreadable)
                        throw StopBeforeUnreadable(progress + 1, unreadable);
                    Running();
                    if (ahead is null)
                        await RestAsync(context.Time.GetElapsedTime(began), token).ConfigureAwait(false);
                    continue;
                }
                await AbandonAsync(ahead).ConfigureAwait(false);
                ahead = null;
                progress = await ReadProgressAsync(token).ConfigureAwait(false);
                LogProgressMoved(context.Logger, _name, page.Floor, progress);
            }
        }
        finally
        {
            await AbandonAsync(ahead).ConfigureAwait(false);
        }
    }

    // After a failure, or when the progress was set by somebody else, from the table: rows may have been repaired.
    private Task<EventPage> ReadAsync(long floor, int size, CancellationToken token) => _failures > 0 || floor < _alone
        ? _pages.ReadAsync(floor, mark.Current, size, token)
        : recent.ReadAsync(floor, mark.Current, size, token);

    /// <summary>
    /// Rests as long as a page has taken. Those who write come first, and what comes meanwhile is one larger page, which costs less for
    /// each of its events.
    /// </summary>
    private Task RestAsync(TimeSpan worked, CancellationToken token) =>
        Task.Delay(worked < DaemonLimits.LongestRest ? worked : DaemonLimits.LongestRest, context.Time, token);

    /// <summary>Applies a page, or as much of it as lies before the first event that fails.</summary>
    private async Task<PageResult> ApplyAsync(EventPage page, CancellationToken token)
    {
        try
        {
            return await _transaction.CommitAsync(page, token).ConfigureAwait(false);
        }
        catch (PageFailedException e) when (page.Events.Count > 1)
        {
            LogSearching(context.Logger, _name, page.Floor, page.Ceiling, e.Message);
            var (first, second) = page.Halves();
            var result = await ApplyAsync(first, token).ConfigureAwait(false);
            return result == PageResult.Committed ? await ApplyAsync(second, token).ConfigureAwait(false) : result;
        }
        catch (PageFailedException e)
        {
            throw Stop(page.Events.Count == 0 ? null : page.Events[0], page.Ceiling, e.InnerException!);
        }
        catch (StopRequestedException e)
        {
            var progress = await ReadProgressAsync(token).ConfigureAwait(false);
            throw Stop(page.Events.Find(x => x.Sequence > progress), progress + 1, e.InnerException!);
        }
    }

    private ShardStoppedException StopBeforeUnreadable(long sequence, Exception cause) =>
        new($"{_name} stands before sequence {sequence}, which cannot be read: {cause.Message}", cause);

    private ShardStoppedException Stop(IEvent? e, long sequence, Exception cause)
    {
        var where = e is null
            ? $"sequence {sequence}"
            : $"sequence {e.Sequence}, event {e.EventTypeName} version {e.Version} of stream {e.StreamKey}";
        return new ShardStoppedException($"{_name} stands before {where}: {cause.GetType().Name}: {cause.Message}", cause);
    }

    private void Stopped(Exception e, string reason, LogLevel level, bool counted = false)
    {
        if (!counted)
            _failures++;
        context.Health.ShardStopped(_name, reason);
        // Once for each reason, not for each attempt.
        if (_reported == reason)
            return;
        _reported = reason;
        LogStopped(context.Logger, level, e.InnerException ?? e, reason);
    }

    private void Running()
    {
        if (_failures == 0)
            return;
        _failures = 0;
        context.Health.ShardRuns(_name);
        if (_reported is not null)
            LogRunsAgain(context.Logger, _name);
        _reported = null;
    }

    private async Task<long> ReadProgressAsync(CancellationToken token)
    {
        await using var connection = await context.Database.OpenConnectionAsync(token).ConfigureAwait(false);
        var progress = await ProgressTable.ReadAsync(connection, context.Schema, _name, token).ConfigureAwait(false) ?? 0;
        _alone = mark.Current;
        return progress;
    }

    /// <summary>Lets a page that was read ahead end, whatever comes of it.</summary>
    private static async Task AbandonAsync(Task<EventPage>? ahead)
    {
        if (ahead is not null)
            await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(Message = "{Reason}. It will be tried again; nothing is skipped, other projections go on")]
    private static partial void LogStopped(ILogger logger, LogLevel level, Exception exception, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Shard} goes on")]
    private static partial void LogRunsAgain(ILogger logger, string shard);

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "{Shard}: the page behind sequence {Floor} up to {Ceiling} failed ({Reason}); looking for the event in smaller pages")]
    private static partial void LogSearching(ILogger logger, string shard, long floor, long ceiling, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Shard}: somebody else has moved its progress from {From} to {To}; going on from there")]
    private static partial void LogProgressMoved(ILogger logger, string shard, long from, long to);
}
