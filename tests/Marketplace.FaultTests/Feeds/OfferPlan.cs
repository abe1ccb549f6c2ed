using System.Globalization;

namespace Marketplace.FaultTests.Feeds;

/// <summary>
/// Random lines for the offers of one seller, and a model of these as plain as can be: what a line does is said here once more, in other words
/// than the program's.
/// </summary>
public sealed class OfferPlan(string productId, int skus, Random random)
{
    private readonly Dictionary<string, Row> _rows = [];

    /// <summary>An offer as the model has it.</summary>
    public sealed class Row
    {
        public int Cents { get; set; }
        public int Shipping { get; set; }
        public int Quantity { get; set; }
        public bool IsPaused { get; set; }
        public bool IsWithdrawn { get; set; }
        public long Version { get; set; }

        public string Status => IsWithdrawn ? "withdrawn" : IsPaused ? "paused" : Quantity == 0 ? "sold_out" : "active";
    }

    /// <summary>The offers after all lines so far.</summary>
    public IReadOnlyDictionary<string, Row> Rows => _rows;

    /// <summary>The next lines.</summary>
    public List<PlannedLine> Next(int lines) => [.. Enumerable.Range(0, lines).Select(_ => Next())];

    private PlannedLine Next()
    {
        var sku = $"s{random.Next(skus)}";
        var row = _rows.GetValueOrDefault(sku);
        var id = $"\"sku\":\"{sku}\"";
        return random.Next(row is null ? 4 : 40) switch
        {
            0 when random.Next(3) == 0 => Bad(sku, random.Next(4) switch
            {
                0 => $"{{\"op\":\"patch\",{id},\"price\":{{\"amount\":-1,\"currency\":\"USD\"}}}}",
                1 => $"{{\"op\":\"patch\",{id},\"quantity\":",
                2 => $"{{\"op\":\"raise\",{id}}}",
                _ => $"{{\"op\":\"put\",{id},\"productId\":\"nothing\",\"listingType\":\"zShops\",\"condition\":\"new\",\"price\":{Usd(100)},\"quantity\":1}}",
            }),
            0 or 1 or 2 => Put(sku, row, id),
            3 => Flag(sku, row, $"{{\"op\":\"pause\",{id}}}", r => (r.IsPaused, r.IsPaused = true).Item1),
            4 or 5 => Flag(sku, row, $"{{\"op\":\"resume\",{id}}}", r => (!r.IsPaused, r.IsPaused = false).Item1),
            6 => Withdraw(sku, row, id),
            7 => Patch(sku, row, id, null, null),
            < 12 => Patch(sku, row, id, null, random.Next(4)),
            < 16 => Patch(sku, row, id, Cents(), random.Next(4)),
            _ => Patch(sku, row, id, Cents(), null),
        };
    }

    private PlannedLine Put(string sku, Row? row, string id)
    {
        var (cents, shipping, quantity) = (Cents(), random.Next(3) * 150, random.Next(4));
        var text = $"{{\"op\":\"put\",{id},\"productId\":\"{productId}\",\"listingType\":\"zShops\",\"condition\":\"new\","
            + $"\"price\":{Usd(cents)},\"shipping\":{Usd(shipping)},\"quantity\":{quantity}}}";
        if (row is null || row.IsWithdrawn)
        {
            _rows[sku] = row = new Row { Cents = cents, Shipping = shipping, Quantity = quantity, Version = (row?.Version ?? 0) + 1 };
            return new PlannedLine(text, sku, "accepted", row.Version, 1);
        }
        var events = (row.Cents != cents || row.Shipping != shipping ? 1 : 0) + (row.Quantity != quantity ? 1 : 0);
        (row.Cents, row.Shipping, row.Quantity) = (cents, shipping, quantity);
        return Done(sku, row, text, events);
    }

    private static PlannedLine Patch(string sku, Row? row, string id, int? cents, int? quantity)
    {
        var price = cents is null ? "" : $",\"price\":{Usd(cents.Value)}";
        var stock = quantity is null ? "" : $",\"quantity\":{quantity}";
        var text = $"{{\"op\":\"patch\",{id}{price}{stock},\"messageId\":\"m-{sku}\"}}";
        if (row is null || row.IsWithdrawn) return Bad(sku, text);
        var events = (cents is not null && cents != row.Cents ? 1 : 0) + (quantity is not null && quantity != row.Quantity ? 1 : 0);
        (row.Cents, row.Quantity) = (cents ?? row.Cents, quantity ?? row.Quantity);
        return Done(sku, row, text, events);
    }

    private static PlannedLine Flag(string sku, Row? row, string text, Func<Row, bool> wasSo) =>
        row is null || row.IsWithdrawn ? Bad(sku, text) : Done(sku, row, text, wasSo(row) ? 0 : 1);

    private static PlannedLine Withdraw(string sku, Row? row, string id)
    {
        var text = $"{{\"op\":\"withdraw\",{id}}}";
        if (row is null) return Bad(sku, text);
        var was = row.IsWithdrawn;
        row.IsWithdrawn = true;
        return Done(sku, row, text, was ? 0 : 1);
    }

    private static PlannedLine Done(string sku, Row row, string text, int events)
    {
        row.Version += events;
        return new PlannedLine(text, sku, events == 0 ? "unchanged" : "accepted", row.Version, events);
    }

    private static PlannedLine Bad(string sku, string text) => new(text, sku, "rejected", 0, 0);

    private int Cents() => random.Next(100, 5_000);

    private static string Usd(int cents) => $"{{\"amount\":{(cents / 100m).ToString(CultureInfo.InvariantCulture)},\"currency\":\"USD\"}}";
}
