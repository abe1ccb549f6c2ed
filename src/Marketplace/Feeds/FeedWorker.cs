using Marketplace.Limits;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>Applies one slice after another, each of the seller whose turn it is: of the same one as long as nobody else waits.</summary>
public sealed partial class FeedWorker(FeedQueue queue, FeedRuns runs, LimitSettings limits, FeedMetrics metrics,
    NpgsqlDataSource db, TimeProvider clock, ILogger<FeedWorker> log)
{
    /// <summary>The shortest pause after the database was lost; each further one is twice as long.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause after the database was lost.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly int _sliceLines = (int)limits[FeedLimits.FeedSliceLines];
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

    // Slice after slice while nobody else waits. True: there may be more lines of this seller.
    private async Task<bool> ApplyAsync(NpgsqlConnection connection, FeedJob job, CancellationToken stop)
    {
        await using var run = runs.Begin(connection, job);
        var most = _sliceLines;
        while (!run.Job.IsDone)
        {
            var isLast = queue.HasWaiting || stop.IsCancellationRequested;
            if (await TryApplyAsync(run, most, !isLast, stop) is not { } next) return true;
            most = Math.Min(_sliceLines, next);
            if (isLast) return true;
        }
        return true;
    }

    // One slice, in smaller and smaller parts if need be. How many lines the next one may have; null: the feed must be looked at again.
    private async Task<int?> TryApplyAsync(FeedRun run, int most, bool readsOn, CancellationToken stop)
    {
        for (var givesUp = false; ;)
        {
            try
            {
                var (lines, took) = await run.ApplyAsync(most, readsOn, givesUp, stop);
                metrics.Applied(lines, took);
                return most * 2;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                stop.ThrowIfCancellationRequested();
                var failure = FeedFailures.Of(e);
                metrics.Failed(failure);
                most = Math.Min(most, run.Job.Lines - run.Job.Applied);
                switch (failure)
                {
                    case FeedFailure.MovedOn:
                        return null;
                    case FeedFailure.Unavailable:
                    case FeedFailure.Unforeseen when givesUp:
                        throw;
                    case FeedFailure.Unforeseen when most == 1:
                        Unforeseen(log, e, run.Job.FeedId, run.Job.Applied + 1);
                        givesUp = true;
                        break;
                    default:
                        // Fewer offers are less likely to be changed meanwhile. And a line at fault is in the first half or after it: the lines
                        // before it are applied, and then it comes first.
                        most = Math.Max(1, most / 2);
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

    [LoggerMessage(LogLevel.Error, "A slice of a feed failed; the next attempt is in {Pause} ms")]
    private static partial void Failed(ILogger log, Exception e, double pause);
}
