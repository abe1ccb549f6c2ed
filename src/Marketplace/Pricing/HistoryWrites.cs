using JasperFx.Events;
using Marten;

namespace Marketplace.Pricing;

/// <summary>What the price history writes for a batch: a handful of statements over arrays, however many events it holds.</summary>
public static class HistoryWrites
{
    /// <summary>Adds the events to the offers' histories.</summary>
    public static void AddHistory(IDocumentOperations operations, IReadOnlyList<(IEvent Event, OfferChange Change)> rows) =>
        operations.QueueSqlCommand("""
            insert into offer_history (seller_id, sku, position, effective_at, product_id, listing_type, currency, condition, price, shipping,
                    quantity, paused, withdrawn, price_since, version)
                select * from unnest(?::text[], ?::text[], ?::bigint[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[], ?::numeric[],
                    ?::numeric[], ?::int[], ?::bool[], ?::bool[], ?::timestamptz[], ?::bigint[])
            """,
            Column(rows, r => r.Change.Offer.SellerId), Column(rows, r => r.Change.Offer.Sku), Column(rows, r => r.Change.Position),
            Column(rows, r => r.Change.EffectiveAt), Column(rows, r => r.Change.State.Group.ProductId),
            Column(rows, r => r.Change.State.Group.ListingType), Column(rows, r => r.Change.State.Group.Currency),
            Column(rows, r => r.Change.State.Condition), Column(rows, r => r.Change.State.Price), Column(rows, r => r.Change.State.Shipping),
            Column(rows, r => r.Change.State.Quantity), Column(rows, r => r.Change.State.Paused), Column(rows, r => r.Change.State.Withdrawn),
            Column(rows, r => r.Change.State.PriceSince), Column(rows, r => r.Event.Version));

    /// <summary>Brings the ladders to these states: the last of each offer in each group.</summary>
    public static void SetLadder(IDocumentOperations operations, IReadOnlyList<OfferChange> last) =>
        operations.QueueSqlCommand("""
            insert into history_ladder (seller_id, sku, product_id, listing_type, currency, position, effective_at, condition, price, shipping,
                    quantity, paused, withdrawn, price_since)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::timestamptz[], ?::text[], ?::numeric[],
                    ?::numeric[], ?::int[], ?::bool[], ?::bool[], ?::timestamptz[])
                on conflict (seller_id, sku, product_id, listing_type, currency) do update set position = excluded.position,
                    effective_at = excluded.effective_at, condition = excluded.condition, price = excluded.price, shipping = excluded.shipping,
                    quantity = excluded.quantity, paused = excluded.paused, withdrawn = excluded.withdrawn, price_since = excluded.price_since
            """,
            Column(last, c => c.Offer.SellerId), Column(last, c => c.Offer.Sku), Column(last, c => c.State.Group.ProductId),
            Column(last, c => c.State.Group.ListingType), Column(last, c => c.State.Group.Currency), Column(last, c => c.Position),
            Column(last, c => c.EffectiveAt), Column(last, c => c.State.Condition), Column(last, c => c.State.Price),
            Column(last, c => c.State.Shipping), Column(last, c => c.State.Quantity), Column(last, c => c.State.Paused),
            Column(last, c => c.State.Withdrawn), Column(last, c => c.State.PriceSince));

    /// <summary>Notes the groups and the latest instant at which something took effect in each.</summary>
    public static void SetGroups(IDocumentOperations operations, IReadOnlyList<(PriceGroup Group, DateTimeOffset Latest)> groups) =>
        operations.QueueSqlCommand("""
            insert into history_group as g (product_id, listing_type, currency, effective_at)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[])
                on conflict (product_id, listing_type, currency) do update set effective_at = excluded.effective_at
                    where g.effective_at < excluded.effective_at
            """,
            Column(groups, g => g.Group.ProductId), Column(groups, g => g.Group.ListingType), Column(groups, g => g.Group.Currency),
            Column(groups, g => g.Latest));

    /// <summary>Takes back the steps in effective time from an instant on.</summary>
    public static void Rewind(IDocumentOperations operations, IReadOnlyList<(PriceGroup Group, DateTimeOffset Instant)> groups)
    {
        if (groups.Count == 0) return;
        operations.QueueSqlCommand("""
            delete from lowest_price_by_instant as s
                using unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[]) as back (product_id, listing_type, currency, instant)
                where s.product_id = back.product_id and s.listing_type = back.listing_type and s.currency = back.currency
                    and s.effective_at >= back.instant
            """,
            Column(groups, g => g.Group.ProductId), Column(groups, g => g.Group.ListingType), Column(groups, g => g.Group.Currency),
            Column(groups, g => g.Instant));
    }

    /// <summary>Adds steps in effective time, in several statements where a group that is rewound far brings many.</summary>
    public static void AddByInstant(IDocumentOperations operations, IEnumerable<Step> steps)
    {
        foreach (var some in steps.Chunk(HistoryReads.RowsAtOnce)) AddSomeByInstant(operations, some);
    }

    private static void AddSomeByInstant(IDocumentOperations operations, Step[] steps) =>
        operations.QueueSqlCommand("""
            insert into lowest_price_by_instant (product_id, listing_type, currency, effective_at, position, is_price_step, offer_count,
                    seller_id, sku, condition, price, shipping, price_since)
                select product_id, listing_type, currency, effective_at, position, is_price_step, offer_count, seller_id, sku, condition,
                        case when sku is not null then price end, case when sku is not null then shipping end,
                        case when sku is not null then price_since end
                    from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[], ?::bool[], ?::bigint[], ?::text[], ?::text[],
                        ?::text[], ?::numeric[], ?::numeric[], ?::timestamptz[]) as s (product_id, listing_type, currency, effective_at, position, is_price_step,
                        offer_count, seller_id, sku, condition, price, shipping, price_since)
            """,
            [.. Group(steps), Column(steps, s => s.EffectiveAt), Column(steps, s => s.Position), Column(steps, s => s.IsPriceStep),
                .. Winner(steps)]);

    /// <summary>Adds steps in the order of the log.</summary>
    public static void AddByPosition(IDocumentOperations operations, IReadOnlyList<Step> steps)
    {
        if (steps.Count == 0) return;
        operations.QueueSqlCommand("""
            insert into lowest_price_by_position (product_id, listing_type, currency, position, offer_count, seller_id, sku, condition, price,
                    shipping, price_since)
                select product_id, listing_type, currency, position, offer_count, seller_id, sku, condition,
                        case when sku is not null then price end, case when sku is not null then shipping end,
                        case when sku is not null then price_since end
                    from unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::numeric[],
                        ?::numeric[], ?::timestamptz[]) as s (product_id, listing_type, currency, position, offer_count, seller_id, sku, condition, price, shipping,
                        price_since)
            """,
            [.. Group(steps), Column(steps, s => s.Position), .. Winner(steps)]);
    }

    private static object[] Group(IReadOnlyList<Step> steps) =>
        [Column(steps, s => s.Group.ProductId), Column(steps, s => s.Group.ListingType), Column(steps, s => s.Group.Currency)];

    // Arrays of numbers and instants hold no nulls; where there is no winner the statement puts them back.
    private static object[] Winner(IReadOnlyList<Step> steps) =>
    [
        Column(steps, s => s.Standing.OfferCount), Column(steps, s => s.Standing.Winner?.Offer.SellerId!),
        Column(steps, s => s.Standing.Winner?.Offer.Sku!), Column(steps, s => s.Standing.Winner?.Condition!),
        Column(steps, s => s.Standing.Winner?.Price ?? 0), Column(steps, s => s.Standing.Winner?.Shipping ?? 0),
        Column(steps, s => s.Standing.Winner?.Since ?? DateTimeOffset.UnixEpoch),
    ];

    private static T[] Column<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(rows[i]);
        return column;
    }
}
