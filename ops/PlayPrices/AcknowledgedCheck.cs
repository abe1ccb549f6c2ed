using System.Text.Json;

namespace PlayPrices;

/// <summary>One price point of an offer, as its price history tells it.</summary>
public sealed record PricePoint(decimal Amount, string Currency, long Version, long Position);

/// <summary>Checks that what was acknowledged is in the offers' price histories exactly once.</summary>
public sealed class AcknowledgedCheck(MarketplaceApi api, int connections, TextWriter output)
{
    private const int ShownFaults = 20;

    /// <summary>True when nothing is lost and nothing is doubled.</summary>
    public async Task<bool> Run(IReadOnlyList<Acknowledged> writes, CancellationToken ct)
    {
        var offers = writes.GroupBy(w => (w.SellerId, w.ProductId)).ToArray();
        var highest = writes.Max(w => w.Position);
        var faults = new List<string>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = connections, CancellationToken = ct };
        await Parallel.ForEachAsync(offers, parallel, async (offer, token) =>
        {
            var (points, problem) = await History(offer.Key.SellerId, offer.Key.ProductId, highest, token);
            var wrong = problem is null ? Faults([.. offer], points) : [problem];
            lock (faults)
                faults.AddRange(wrong.Select(fault => $"{offer.Key.SellerId}/{offer.Key.ProductId}: {fault}"));
        });

        var found = faults.Count == 0 ? "each is there exactly once" : $"{faults.Count:N0} faults";
        output.WriteLine($"Checked {writes.Count:N0} acknowledged writes in the price histories of {offers.Length:N0} offers: {found}.");
        foreach (var fault in faults.Order(StringComparer.Ordinal).Take(ShownFaults))
            output.WriteLine("  " + fault);
        if (faults.Count > ShownFaults)
            output.WriteLine($"  … and {faults.Count - ShownFaults:N0} more");
        return faults.Count == 0;
    }

    /// <summary>
    /// What is wrong with the history of one offer, given the writes that were acknowledged:
    /// the price in force at an acknowledged version must be the acknowledged one, the event that recorded it must be at
    /// the acknowledged position, and no price may follow itself, as a write applied twice would make it.
    /// </summary>
    public static IEnumerable<string> Faults(IReadOnlyList<Acknowledged> writes, IReadOnlyList<PricePoint> history)
    {
        var points = history.OrderBy(p => p.Version).ToArray();
        foreach (var (before, after) in points.Zip(points.Skip(1)))
        {
            if (after.Version == before.Version || after.Position <= before.Position)
                yield return $"versions {before.Version} and {after.Version} are at positions {before.Position} and {after.Position}";
            if (after.Amount == before.Amount && after.Currency == before.Currency)
                yield return $"price {after.Amount} was recorded twice in a row, at positions {before.Position} and {after.Position}";
        }

        foreach (var write in writes)
        {
            var inForce = points.LastOrDefault(p => p.Version <= write.Version);
            if (inForce is null)
                yield return $"lost: {write.ToLine()}";
            else if (inForce.Amount != write.Pounds || inForce.Currency != "GBP")
                yield return $"lost: {write.ToLine()}; version {write.Version} has {inForce.Amount} {inForce.Currency}, "
                    + $"from position {inForce.Position}";
            else if (write.Recorded && (inForce.Version, inForce.Position) != (write.Version, write.Position))
                yield return $"moved: {write.ToLine()}; it is version {inForce.Version} at position {inForce.Position}";
        }
    }

    private async Task<(IReadOnlyList<PricePoint> Points, string? Problem)> History(
        string sellerId, string sku, long minPosition, CancellationToken ct)
    {
        var points = new List<PricePoint>();
        for (string? after = null; ;)
        {
            var answer = await api.PriceHistory(sellerId, sku, minPosition, after, ct);
            if (!answer.Succeeded)
                return ([], $"price history answered {(int)answer.Status} {answer.Problem}");
            points.AddRange(answer.Body.GetProperty("items").EnumerateArray().Select(Point));
            after = answer.Body.TryGetProperty("next", out var next) ? next.GetString() : null;
            if (after is null)
                return (points, null);
        }
    }

    private static PricePoint Point(JsonElement item)
    {
        var price = item.GetProperty("price");
        return new PricePoint(
            price.GetProperty("amount").GetDecimal(),
            price.GetProperty("currency").GetString()!,
            item.GetProperty("version").GetInt64(),
            item.GetProperty("position").GetInt64());
    }
}
