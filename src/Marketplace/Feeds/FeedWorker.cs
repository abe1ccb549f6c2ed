using Marketplace.Limits;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>Applies one batch after another, each of the seller whose turn it is: of the same one as long as nobody else waits.</summary>
public sealed partial class FeedWorker(FeedQueue queue, BatchDecider decider, BatchStore store, LimitSettings limits, FeedMetrics metrics,
    NpgsqlDataSource db, TimeProvider clock, ILogger<FeedWorker> log)
{
    /// <summary>The shortest pause after the database was lost; each further one is twice as long.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause after the database was lost.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How many batches lock their offers first once somebody else got in the way of one.</summary>
    public const int LockedAfterConflict = 8;

    private readonly BatchSize _size = new(TimeSpan.FromMilliseconds(limits[FeedLimits.FeedBatchMilliseconds]));
    private int _locked;
    private int _lost;

    /// <summary>Works until it is told to stop; what is being committed then is finished first.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!queue.TryTake(out var seller, out var change)) await change.WaitAsync(stop);
                else await ServeAsync(seller, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                await PauseAsync(e, stop);
            }
        }
    }

    // A stay with a seller; whatever goes wrong, the seller keeps the place in the queue.
    private async Task ServeAsync(string seller, CancellationToken stop)
    {
        var hasMore = true;
        try
        {
            await using var connection = await db.OpenConnectionAsync(stop);
            var (isClaimed, job) = await OrLoseSessionAsync(FeedLinesReads.ClaimAsync(connection, seller, stop));
            if (!isClaimed)
            {
                // Another instance is at it. Whether anything is left shows the next look at the database.
                hasMore = false;
                return;
            }
            try
            {
                hasMore = job is not null && await ApplyAsync(connection, job, stop);
            }
            finally
            {
                await OrLoseSessionAsync(FeedLinesReads.ReleaseAsync(connection, seller, CancellationToken.None));
            }
            _lost = 0;
        }
        finally
        {
            queue.Return(seller, hasMore);
        }
    }

    // A session that may still hold a claim that nobody knows of must not go back into the pool: those in use now are closed when given back.
    private async Task<T> OrLoseSessionAsync<T>(Task<T> work)
    {
        try
        {
            return await work;
        }
        catch
        {
            db.Clear();
            throw;
        }
    }

    // Batch after batch while nobody else waits. True: there may be more lines of this seller.
    private async Task<bool> ApplyAsync(NpgsqlConnection connection, FeedJob job, CancellationToken stop)
    {
        await using var stay = new FeedStay(decider, store, connection, job);
        while (true)
        {
            var isLast = queue.HasWaiting || stop.IsCancellationRequested;
            if (!await ApplyAsync(stay, isLast, stop)) return true;
            if (stay.Job.Applied == stay.Job.Lines || (isLast && !stay.IsStoring)) return true;
        }
    }

    // One batch, in smaller and smaller parts if need be. False: the feed must be looked at again.
    private async Task<bool> ApplyAsync(FeedStay stay, bool isLast, CancellationToken stop)
    {
        var (way, most) = (_locked > 0 ? BatchWay.Locked : BatchWay.Checked, _size.Lines);
        while (true)
        {
            try
            {
                var (lines, took) = await stay.ApplyAsync(most, way, isLast, stop);
                _locked = Math.Max(0, _locked - 1);
                metrics.Applied(lines, took);
                _size.Applied(lines.Count, took);
                return true;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var failure = FeedFailures.Of(e);
                metrics.Failed(failure);
                most = Math.Min(most, stay.Job.Lines - stay.Job.Applied);
                switch (failure)
                {
                    case FeedFailure.Unavailable:
                        // Perhaps it was too much at once for a server that has little room or time left.
                        _size.Conflicted(most);
                        throw;
                    case FeedFailure.MovedOn:
                        return false;
                    case FeedFailure.Conflict:
                        // Offers that were not locked may be another batch's good fortune; where they were, fewer are sooner had.
                        if (way == BatchWay.Locked) _size.Conflicted(most);
                        _locked = LockedAfterConflict;
                        return false;
                    case FeedFailure.Unforeseen when way == BatchWay.GivenUp:
                        throw;
                    case FeedFailure.Unforeseen when most == 1:
                        Unforeseen(log, e, stay.Job.FeedId, stay.Job.Applied + 1);
                        way = BatchWay.GivenUp;
                        break;
                    default:
                        // The line at fault is in the first half or behind it: what is before it is applied, and then it stands first.
                        most /= 2;
                        break;
                }
            }
        }
    }

    private async Task PauseAsync(Exception e, CancellationToken stop)
    {
        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(_lost++, 10)));
        if (FeedFailures.Of(e) == FeedFailure.Unavailable) Lost(log, pause.TotalMilliseconds, e.Message);
        else Failed(log, e, pause.TotalMilliseconds);
        try
        {
            await Task.Delay(pause, clock, stop);
        }
        catch (OperationCanceledException)
        {
            // Told to stop; the loop sees it.
        }
    }

    [LoggerMessage(LogLevel.Error, "Line {Line} of feed {FeedId} cannot be stored; it is rejected as unforeseen")]
    private static partial void Unforeseen(ILogger log, Exception e, Guid feedId, int line);

    [LoggerMessage(LogLevel.Warning, "Feeds wait for the database, {Pause} ms before the next attempt: {Reason}")]
    private static partial void Lost(ILogger log, double pause, string reason);

    [LoggerMessage(LogLevel.Error, "A batch of a feed failed; the next attempt is in {Pause} ms")]
    private static partial void Failed(ILogger log, Exception e, double pause);
}
