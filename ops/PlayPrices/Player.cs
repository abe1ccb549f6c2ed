using System.Diagnostics;

namespace PlayPrices;

/// <summary>Plays the changes: products first, then every connection its own queue of sellers.</summary>
public sealed class Player(MarketplaceApi api, int connections, AcknowledgedJournal? journal, TextWriter output)
{
    private readonly Tally tally = new();

    /// <summary>True when every write was accepted. Stops at the first request that could not be delivered at all.</summary>
    public async Task<(bool Clean, long HighestPosition)> Play(IReadOnlyList<PriceChange> changes, CancellationToken ct)
    {
        foreach (var productId in changes.Select(c => c.ProductId).Distinct(StringComparer.Ordinal))
            if (await api.PutProduct(productId, ct) is { Succeeded: false } refused)
                throw new UsageException($"Product {productId} was refused: {(int)refused.Status} {refused.Problem}");

        var queues = Partition.BySeller(changes, connections);
        output.WriteLine($"Playing {changes.Count:N0} changes over {queues.Count} connections.");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var started = Stopwatch.GetTimestamp();
        var playing = Task.WhenAll(queues.Select(queue => PlayQueue(queue, stop)));
        await ShowProgress(changes.Count, started, playing);

        output.WriteLine(tally.Progress(changes.Count, null, Stopwatch.GetElapsedTime(started)));
        output.WriteLine($"{tally.Unchanged,9:N0} of them repeated the price the offer already had, and so recorded nothing.");
        foreach (var error in tally.Errors())
            output.WriteLine(error);
        var unreachable = (await playing).OfType<UnreachableException>().FirstOrDefault();
        if (unreachable is not null)
            output.WriteLine($"Stopped: {unreachable.Message}");
        ct.ThrowIfCancellationRequested();
        return (tally.Failed == 0 && unreachable is null, tally.HighestPosition);
    }

    /// <summary>Returns why the queue was given up, or null when all of it was sent.</summary>
    private async Task<UnreachableException?> PlayQueue(IReadOnlyList<PriceChange> queue, CancellationTokenSource stop)
    {
        var versions = new Dictionary<(string, string), long>();
        try
        {
            foreach (var change in queue)
            {
                var offer = (change.SellerId, change.ProductId);
                var known = versions.TryGetValue(offer, out var before);
                var answer = known ? await api.Reprice(change, stop.Token) : await api.PostOffer(change, stop.Token);
                tally.Count(answer);
                if (!answer.Succeeded || answer.Version is not { } version || answer.Position is not { } position)
                    continue;

                versions[offer] = version;
                if (known && version == before)
                    tally.CountUnchanged();

                // After a retry the first attempt may have been the one that recorded: then the position proves nothing.
                var recorded = answer.Attempts == 1 && (known ? version > before : answer.Status == System.Net.HttpStatusCode.Created);
                journal?.Append(new Acknowledged(change.SellerId, change.ProductId, change.Pounds, version, position, recorded));
            }
        }
        catch (UnreachableException e)
        {
            // One server: what one connection cannot reach, none can.
            await stop.CancelAsync();
            return e;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped by another queue or by the user, who is told there.
        }

        return null;
    }

    private async Task ShowProgress(long total, long started, Task playing)
    {
        var (lastDone, lastTime) = (0L, started);
        while (await Task.WhenAny(playing, Task.Delay(TimeSpan.FromSeconds(1))) != playing)
        {
            var (done, now) = (tally.Done, Stopwatch.GetTimestamp());
            var rateNow = (done - lastDone) / Stopwatch.GetElapsedTime(lastTime, now).TotalSeconds;
            output.WriteLine(tally.Progress(total, rateNow, Stopwatch.GetElapsedTime(started, now)));
            (lastDone, lastTime) = (done, now);
        }
    }
}
