using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Storage;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Offers;

/// <summary>
/// The read model <c>current_offer</c>: one row per offer, written in the transaction of the event. However many events it is given
/// it issues a handful of statements, each over arrays: what was posted, and what changed of each aspect of the others.
/// </summary>
public sealed class CurrentOffers : IProjection
{
    /// <summary>The tables this projection owns and a rebuild replaces.</summary>
    public static readonly string[] Tables = [$"{Schema.Name}.current_offer", $"{Schema.Name}.offer_count"];

    /// <inheritdoc />
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        LockCounts(operations, events);
        var offers = Fold(events);
        Post(operations, offers.Where(o => o.Posted is not null).ToArray());
        var changed = offers.Where(o => o.Posted is null).ToArray();
        Reprice(operations, changed.Where(o => o.Price is not null).ToArray());
        Restock(operations, changed.Where(o => o.Quantity is not null).ToArray());
        ReviseCondition(operations, changed.Where(o => o.Condition is not null).ToArray());
        SetFlags(operations, changed.Where(o => o.Paused is not null || o.Withdrawn is not null).ToArray());
        return Task.CompletedTask;
    }

    // What a batch does to one offer: the whole offer where the batch posts it, otherwise the last word on each aspect.
    private sealed record Change(string SellerId, string Sku)
    {
        public Offer? Posted { get; init; }
        public OfferRepriced? Price { get; init; }
        public DateTimeOffset PriceSince { get; init; }
        public int? Quantity { get; init; }
        public OfferConditionRevised? Condition { get; init; }
        public bool? Paused { get; init; }
        public bool? Withdrawn { get; init; }
        public DateTimeOffset EffectiveAt { get; init; }
        public long Version { get; init; }
    }

    private static IReadOnlyCollection<Change> Fold(IReadOnlyList<IEvent> events)
    {
        var offers = new Dictionary<(string, string), Change>();
        foreach (var e in events)
        {
            if (e.Data is not IOfferEvent about) continue;
            var key = (about.SellerId, about.Sku);
            var change = offers.GetValueOrDefault(key) ?? new Change(about.SellerId, about.Sku);
            offers[key] = Apply(change, e) with { EffectiveAt = e.EffectiveAt(), Version = e.Version };
        }
        return offers.Values;
    }

    private static Change Apply(Change change, IEvent e) => e.Data switch
    {
        OfferPosted or OfferReposted => new Change(change.SellerId, change.Sku) { Posted = Offer.Fold(null, e) },
        _ when change.Posted is not null => change with { Posted = Offer.Fold(change.Posted, e) },
        OfferRepriced repriced => change with { Price = repriced, PriceSince = e.EffectiveAt() },
        OfferRestocked restocked => change with { Quantity = restocked.NewQuantity },
        OfferConditionRevised revised => change with { Condition = revised },
        OfferPaused => change with { Paused = true },
        OfferResumed => change with { Paused = false },
        OfferWithdrawn => change with { Withdrawn = true },
        _ => throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} is unknown to the current offers."),
    };

    // Only prices and notes never make an offer start or stop competing.
    private static void LockCounts(IDocumentOperations operations, IReadOnlyList<IEvent> events)
    {
        var products = events.Select(e => e.Data).OfType<IOfferEvent>().Where(e => e is not (OfferRepriced or OfferConditionRevised))
            .Select(e => e.ProductId).Distinct(StringComparer.Ordinal).ToArray();
        if (products.Length > 0) operations.QueueSqlCommand($"call {Schema.Name}.lock_offer_counts(?)", (object)products);
    }

    private static void Post(IDocumentOperations operations, Change[] posted)
    {
        if (posted.Length == 0) return;
        operations.QueueSqlCommand("""
            insert into current_offer (seller_id, sku, product_id, listing_type, condition, condition_note, currency, price, shipping,
                    quantity, paused, withdrawn, price_since, effective_at, version)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::numeric[], ?::numeric[],
                    ?::int[], ?::bool[], ?::bool[], ?::timestamptz[], ?::timestamptz[], ?::bigint[])
                on conflict (seller_id, sku) do update set product_id = excluded.product_id, listing_type = excluded.listing_type,
                    condition = excluded.condition, condition_note = excluded.condition_note, currency = excluded.currency,
                    price = excluded.price, shipping = excluded.shipping, quantity = excluded.quantity, paused = excluded.paused,
                    withdrawn = excluded.withdrawn, price_since = excluded.price_since, effective_at = excluded.effective_at,
                    version = excluded.version
            """,
            Column(posted, o => o.SellerId), Column(posted, o => o.Sku), Column(posted, o => o.Posted!.ProductId),
            Column(posted, o => Word.Of(o.Posted!.Terms.ListingType)), Column(posted, o => Word.Of(o.Posted!.Terms.Condition)),
            Column(posted, o => o.Posted!.Terms.ConditionNote!), Column(posted, o => o.Posted!.Terms.Price.Currency),
            Column(posted, o => o.Posted!.Terms.Price.Amount), Column(posted, o => o.Posted!.Terms.Shipping.Amount),
            Column(posted, o => o.Posted!.Terms.Quantity), Column(posted, o => o.Posted!.IsPaused), Column(posted, o => o.Posted!.IsWithdrawn),
            Column(posted, o => o.Posted!.PriceSince), Column(posted, o => o.EffectiveAt), Column(posted, o => o.Version));
    }

    private static void Reprice(IDocumentOperations operations, Change[] repriced)
    {
        if (repriced.Length == 0) return;
        operations.QueueSqlCommand("""
            update current_offer as o set price = n.price, shipping = n.shipping, price_since = n.since, effective_at = n.at, version = n.version
                from unnest(?::text[], ?::text[], ?::numeric[], ?::numeric[], ?::timestamptz[], ?::timestamptz[], ?::bigint[])
                    as n (seller_id, sku, price, shipping, since, at, version)
                where o.seller_id = n.seller_id and o.sku = n.sku
            """,
            Column(repriced, o => o.SellerId), Column(repriced, o => o.Sku), Column(repriced, o => o.Price!.NewPrice.Amount),
            Column(repriced, o => o.Price!.NewShipping.Amount), Column(repriced, o => o.PriceSince), Column(repriced, o => o.EffectiveAt),
            Column(repriced, o => o.Version));
    }

    private static void Restock(IDocumentOperations operations, Change[] restocked)
    {
        if (restocked.Length == 0) return;
        operations.QueueSqlCommand("""
            update current_offer as o set quantity = n.quantity, effective_at = n.at, version = n.version
                from unnest(?::text[], ?::text[], ?::int[], ?::timestamptz[], ?::bigint[]) as n (seller_id, sku, quantity, at, version)
                where o.seller_id = n.seller_id and o.sku = n.sku
            """,
            Column(restocked, o => o.SellerId), Column(restocked, o => o.Sku), Column(restocked, o => o.Quantity!.Value),
            Column(restocked, o => o.EffectiveAt), Column(restocked, o => o.Version));
    }

    private static void ReviseCondition(IDocumentOperations operations, Change[] revised)
    {
        if (revised.Length == 0) return;
        operations.QueueSqlCommand("""
            update current_offer as o set condition = n.condition, condition_note = n.note, effective_at = n.at, version = n.version
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[])
                    as n (seller_id, sku, condition, note, at, version)
                where o.seller_id = n.seller_id and o.sku = n.sku
            """,
            Column(revised, o => o.SellerId), Column(revised, o => o.Sku), Column(revised, o => Word.Of(o.Condition!.Condition)),
            Column(revised, o => o.Condition!.ConditionNote!), Column(revised, o => o.EffectiveAt), Column(revised, o => o.Version));
    }

    // A withdrawal leaves the pause as it is, and the reverse: an unset flag keeps the row's value.
    private static void SetFlags(IDocumentOperations operations, Change[] flagged)
    {
        if (flagged.Length == 0) return;
        operations.QueueSqlCommand("""
            update current_offer as o set paused = case when n.sets_paused then n.paused else o.paused end,
                    withdrawn = o.withdrawn or n.withdrawn, effective_at = n.at, version = n.version
                from unnest(?::text[], ?::text[], ?::bool[], ?::bool[], ?::bool[], ?::timestamptz[], ?::bigint[])
                    as n (seller_id, sku, sets_paused, paused, withdrawn, at, version)
                where o.seller_id = n.seller_id and o.sku = n.sku
            """,
            Column(flagged, o => o.SellerId), Column(flagged, o => o.Sku), Column(flagged, o => o.Paused is not null),
            Column(flagged, o => o.Paused ?? false), Column(flagged, o => o.Withdrawn ?? false), Column(flagged, o => o.EffectiveAt),
            Column(flagged, o => o.Version));
    }

    private static T[] Column<T>(Change[] rows, Func<Change, T> value) => Array.ConvertAll(rows, row => value(row));
}
