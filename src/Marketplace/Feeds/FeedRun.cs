using System.Diagnostics;
using Marketplace.Domain;
using Marketplace.Feeds.Lines;
using Marketplace.Offers;
using Marketplace.Storage;
using Marketplace.WritePath;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>Applies the feed of a seller whom a worker has claimed, slice by slice. Not to be used by two threads at once.</summary>
public sealed partial class FeedRun(FeedRuns with, LineBuffer buffer, FeedJob job) : IAsyncDisposable
{
    /// <summary>The feed as it stands.</summary>
    public FeedJob Job { get; private set; } = job;

    /// <summary>Applies the next lines: decides them on the present offers and commits what they do.</summary>
    /// <param name="most">The most lines.</param>
    /// <param name="readsOn">Whether another slice will follow: then its lines are read meanwhile.</param>
    /// <param name="givesUp">Whether the next line is refused unseen, because it failed before for a reason that nobody has foreseen.</param>
    /// <param name="ct">Cancels until the slice is handed on.</param>
    /// <returns>What became of the lines, and how long they took.</returns>
    /// <exception cref="NpgsqlException">The database refused or is lost; what is stored can be seen from the feed's row.</exception>
    /// <exception cref="CommitConflictException">An offer moved on meanwhile; nothing was stored.</exception>
    /// <exception cref="FeedMovedOnException">The feed moved on or was cancelled; nothing was stored.</exception>
    public async Task<(IReadOnlyList<AppliedLine> Lines, TimeSpan Took)> ApplyAsync(int most, bool readsOn, bool givesUp, CancellationToken ct)
    {
        var (started, began) = (Stopwatch.GetTimestamp(), Now());
        var lines = givesUp ? [await UnseenAsync(ct)] : await buffer.PeekAsync(most, ct);
        var keys = lines.Where(line => line.Command is not null).Select(line => StreamKeys.Offer(Job.SellerId, line.Command!.Sku))
            .ToHashSet(StringComparer.Ordinal);
        // Commands over HTTP on these offers wait meanwhile, so that neither is decided twice.
        using var turns = await with.Turns.TakeAsync(keys, ct);
        var at = Now();
        var slice = new FeedSlice(Job, await with.Offers.GetAsync(keys, ct), await ListedAsync(lines, ct), at, with.NewEvents.Of);
        Decide(slice, lines, givesUp);
        var appends = slice.Appends();
        var unit = new CommitUnit { Appends = appends, Unchanged = slice.Unchanged, Statements = SliceStatements.Of(Job, slice, appends, began, at) };
        if (!with.Lanes.TrySubmit(unit)) throw new TimeoutException("As many commands wait to be committed as may.");
        if (readsOn) buffer.ReadAhead(slice.Lines.Count + most, ct);
        try
        {
            await unit.Committed;
        }
        catch
        {
            foreach (var key in keys) with.Offers.Remove(key);
            throw;
        }
        foreach (var (key, state) in slice.Left()) with.Offers.Put(key, state);
        await buffer.RemoveAsync(slice.Lines.Count);
        Job = slice.After;
        if (unit.EventCount > 0) with.Metrics.Recorded("offer", unit.EventCount);
        return (slice.Lines, Stopwatch.GetElapsedTime(started));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => buffer.DisposeAsync();

    private void Decide(FeedSlice slice, IReadOnlyList<FeedLine> lines, bool givesUp)
    {
        foreach (var line in lines)
        {
            try
            {
                if (givesUp) slice.GiveUp(line);
                else if (!slice.TryDecide(line)) return;
            }
            catch (Exception e)
            {
                // A line that cannot be decided is left out and told so; it must not keep the others.
                Undecidable(with.Log, e, Job.FeedId, slice.After.Applied + 1);
                slice.GiveUp(line);
            }
        }
    }

    // Of a line that is given up nothing is wanted but what it calls itself, and perhaps not even that can be told.
    private async Task<FeedLine> UnseenAsync(CancellationToken ct)
    {
        try
        {
            return (await buffer.PeekAsync(1, ct))[0] with { Command = null };
        }
        catch (Exception e) when (FeedFailures.Of(e) == FeedFailure.Unforeseen)
        {
            return new FeedLine(null, null, null, [LineRefusals.Unforeseen]);
        }
    }

    private async ValueTask<HashSet<string>> ListedAsync(IReadOnlyList<FeedLine> lines, CancellationToken ct)
    {
        var products = lines.Select(line => line.Command?.ProductId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (products.Count == 0) return products;
        var known = await with.Streams.AmongAsync(products.Select(StreamKeys.Product), ct);
        products.RemoveWhere(productId => !known.Contains(StreamKeys.Product(productId)));
        return products;
    }

    private DateTimeOffset Now() => EffectiveTime.Microseconds(with.Clock.GetUtcNow());

    [LoggerMessage(LogLevel.Error, "Line {Line} of feed {FeedId} cannot be decided; it is rejected as unforeseen")]
    private static partial void Undecidable(ILogger log, Exception e, Guid feedId, int line);
}
