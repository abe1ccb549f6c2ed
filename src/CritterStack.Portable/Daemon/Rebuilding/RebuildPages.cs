using System.Runtime.CompilerServices;
using System.Threading.Channels;
using JasperFx.Events.Projections;
using Marten.Events.Daemon.HighWater;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>Reads the decided part of the log in large pages, ahead of whoever applies them.</summary>
/// <param name="context">what the daemon works with</param>
/// <param name="beyondMatters">whether it is worth waiting for a gap with many events behind it to be decided</param>
internal sealed class RebuildPages(DaemonContext context, bool beyondMatters)
{
    /// <summary>Few enough events to be left to the swap, while writers wait.</summary>
    private const int ShortTail = DaemonLimits.RebuildPage / 10;

    private readonly EventPages _pages = new(context.Store);

    /// <summary>Every page behind <paramref name="floor"/>, until hardly any is left.</summary>
    public async IAsyncEnumerable<EventPage> ReadAsync(long floor, [EnumeratorCancellation] CancellationToken token)
    {
        var pages = Channel.CreateBounded<EventPage>(1);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(token);
        var reading = Task.Run(() => FillAsync(floor, pages.Writer, ending.Token), ending.Token);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(token).ConfigureAwait(false))
                yield return page;
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FillAsync(long floor, ChannelWriter<EventPage> pages, CancellationToken token)
    {
        try
        {
            await using var connection = await context.Database.OpenConnectionAsync(token).ConfigureAwait(false);
            var recorded = await ProgressTable.ReadAsync(connection, context.Schema, ShardState.HighWaterMark, token).ConfigureAwait(false);
            var detector = new HighWaterDetector(context.Schema, Math.Max(floor, recorded ?? 0), context.Time);
            do
            {
                await CatchUpAsync(detector, connection, token).ConfigureAwait(false);
                while (floor < detector.Mark)
                {
                    var page = await _pages
                        .ReadAsync(connection, floor, detector.Mark, DaemonLimits.RebuildPage, token).ConfigureAwait(false);
                    await pages.WriteAsync(page, token).ConfigureAwait(false);
                    if (page.Unreadable is { } unreadable)
                        throw unreadable;
                    floor = page.Ceiling;
                }
                await CatchUpAsync(detector, connection, token).ConfigureAwait(false);
            }
            while (detector.Mark - floor > ShortTail);
            pages.Complete();
        }
        catch (Exception e)
        {
            pages.Complete(e);
        }
    }

    private async Task CatchUpAsync(HighWaterDetector detector, Npgsql.NpgsqlConnection connection, CancellationToken token)
    {
        while (true)
        {
            var step = await detector.AdvanceAsync(connection, token).ConfigureAwait(false);
            if (step == HighWaterStep.Rest)
                return;
            if (step != HighWaterStep.Wait)
                continue;
            if (!beyondMatters || detector.Seen - detector.Mark <= ShortTail)
                return;
            await Task.Delay(DaemonLimits.GapPoll, context.Time, token).ConfigureAwait(false);
        }
    }
}
