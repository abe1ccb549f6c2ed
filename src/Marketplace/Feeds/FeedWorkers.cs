using Marketplace.Limits;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>Runs the workers of an instance, looks now and then for feeds that others have taken in or left behind, and sweeps.</summary>
public sealed partial class FeedWorkers(FeedQueue queue, Func<FeedWorker> newWorker, FeedSweeper sweeper, LimitSettings limits,
    NpgsqlDataSource db, TimeProvider clock, ILogger<FeedWorkers> log) : BackgroundService
{
    /// <summary>How often the database is looked at for feeds that another instance has taken in. What this one takes in it knows at once.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>How often is swept.</summary>
    public static readonly TimeSpan BetweenSweeps = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [
            RegularlyAsync(BetweenLooks, LookAsync, stoppingToken),
            RegularlyAsync(BetweenSweeps, sweeper.SweepAsync, stoppingToken),
            .. Enumerable.Range(0, (int)limits[FeedLimits.FeedWorkers])
                .Select(_ => Task.Run(() => newWorker().RunAsync(stoppingToken), CancellationToken.None)),
        ]);

    private async Task LookAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(FeedLinesReads.Waiting);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) queue.Add(reader.GetString(0));
    }

    private async Task RegularlyAsync(TimeSpan pause, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        var fails = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await work(stop);
                fails = false;
                await Task.Delay(pause, clock, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Told once, not at every look while the database is away.
                if (!fails) Failed(log, e.Message);
                fails = true;
                await Task.Delay(pause, clock, CancellationToken.None).WaitAsync(stop).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Feeds cannot be looked after just now: {Reason}")]
    private static partial void Failed(ILogger log, string reason);
}
