using Marten;

namespace Marketplace.Pricing;

/// <summary>What the price history writes for a batch: a handful of statements over arrays, however many events it holds.</summary>
public static class HistoryWrites
{
    /// <summary>Queues the rows of a batch.</summary>
    public static void Queue(IDocumentOperations operations, HistoryBatch batch)
    {
        AddGroups(operations, batch.NewGroups);
        AddOffers(operations, batch.NewOffers);
        AddMembers(operations, batch.NewMembers);
        AddTerms(operations, batch.Changes);
        var (added, refolded) = (new List<StepRow>(), new List<StepRow>());
        foreach (var group in batch.Groups)
        {
            var (some, again) = group.Fold();
            added.AddRange(some);
            refolded.AddRange(again);
        }
        TakeBack(operations, [.. batch.Groups.Where(g => g.Rewinds)]);
        AddSteps(operations, batch, added);
        foreach (var some in refolded.Chunk(HistoryReads.RowsAtOnce)) AddRefolded(operations, batch, some);
    }

    private static void AddGroups(IDocumentOperations operations, IReadOnlyList<KnownGroup> groups)
    {
        if (groups.Count == 0) return;
        operations.QueueSqlCommand("insert into price_group select * from unnest(?::bigint[], ?::text[], ?::text[], ?::text[])",
            groups.Column(g => g.Number), groups.Column(g => g.Id.ProductId), groups.Column(g => g.Id.ListingType), groups.Column(g => g.Id.Currency));
    }

    private static void AddOffers(IDocumentOperations operations, IReadOnlyList<KnownOffer> offers)
    {
        if (offers.Count == 0) return;
        operations.QueueSqlCommand("insert into priced_offer select * from unnest(?::bigint[], ?::text[], ?::text[])",
            offers.Column(o => o.Number), offers.Column(o => o.Id.SellerId), offers.Column(o => o.Id.Sku));
    }

    private static void AddMembers(IDocumentOperations operations, IReadOnlyList<(KnownGroup Group, KnownOffer Offer)> members)
    {
        if (members.Count == 0) return;
        operations.QueueSqlCommand("insert into price_group_member select * from unnest(?::bigint[], ?::bigint[])",
            members.Column(m => m.Group.Number), members.Column(m => m.Offer.Number));
    }

    private static void AddTerms(
        IDocumentOperations operations, IReadOnlyList<(KnownOffer Offer, KnownGroup Group, OfferChange Change)> rows) =>
        operations.QueueSqlCommand("""
            insert into offer_terms (offer_no, position, effective_at, group_no, price_since, version, quantity, paused, withdrawn, condition, price, shipping)
                select * from unnest(?::bigint[], ?::bigint[], ?::timestamptz[], ?::bigint[], ?::timestamptz[], ?::bigint[], ?::int[], ?::bool[],
                    ?::bool[], ?::text[], ?::numeric[], ?::numeric[])
            """,
            rows.Column(r => r.Offer.Number), rows.Column(r => r.Change.Position), rows.Column(r => r.Change.EffectiveAt),
            rows.Column(r => r.Group.Number), rows.Column(r => r.Change.State.PriceSince), rows.Column(r => r.Change.Version),
            rows.Column(r => r.Change.State.Quantity), rows.Column(r => r.Change.State.Paused), rows.Column(r => r.Change.State.Withdrawn),
            rows.Column(r => r.Change.State.Condition), rows.Column(r => r.Change.State.Price), rows.Column(r => r.Change.State.Shipping));

    // Steps in effective time from an instant on are gone; those that are steps in the order of the log too stay as such.
    private static void TakeBack(IDocumentOperations operations, IReadOnlyList<GroupBatch> rewound)
    {
        if (rewound.Count == 0) return;
        var (groups, instants) = (rewound.Column(g => g.Group.Number), rewound.Column(g => g.From));
        operations.QueueSqlCommand("""
            delete from lowest_price_step as s using unnest(?::bigint[], ?::timestamptz[]) as back (group_no, instant)
                where s.group_no = back.group_no and s.effective_at >= back.instant and s.by_instant and not s.by_position
            """, groups, instants);
        operations.QueueSqlCommand("""
            update lowest_price_step as s set by_instant = false, is_price_step = false
                from unnest(?::bigint[], ?::timestamptz[]) as back (group_no, instant)
                where s.group_no = back.group_no and s.effective_at >= back.instant and s.by_instant
            """, groups, instants);
    }

    private static void AddSteps(IDocumentOperations operations, HistoryBatch batch, IReadOnlyList<StepRow> steps)
    {
        if (steps.Count == 0) return;
        // Numbers hold no nulls in an array; no offer and no event has the number 0.
        operations.QueueSqlCommand("""
            insert into lowest_price_step (group_no, position, effective_at, offer_count, offer_no, terms_at, by_position, by_instant, is_price_step)
                select group_no, position, effective_at, offer_count, nullif(offer_no, 0), nullif(terms_at, 0), true, by_instant, is_price_step
                  from unnest(?::bigint[], ?::bigint[], ?::timestamptz[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bool[], ?::bool[])
                    as s (group_no, position, effective_at, offer_count, offer_no, terms_at, is_price_step, by_instant)
            """, [.. Values(batch, steps), steps.Column(s => s.ByInstant)]);
    }

    // What is a step in the order of the log already, with the same standing, becomes one in effective time too; the others are added. A rebuild
    // in other batches comes to the same rows.
    private static void AddRefolded(IDocumentOperations operations, HistoryBatch batch, IReadOnlyList<StepRow> steps) =>
        operations.QueueSqlCommand("""
            with refolded as (
                select group_no, position, effective_at, offer_count, nullif(offer_no, 0) as offer_no, nullif(terms_at, 0) as terms_at, is_price_step
                  from unnest(?::bigint[], ?::bigint[], ?::timestamptz[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bool[])
                    as s (group_no, position, effective_at, offer_count, offer_no, terms_at, is_price_step)),
            joined as (
                update lowest_price_step as s set by_instant = true, is_price_step = r.is_price_step from refolded as r
                 where s.group_no = r.group_no and s.position = r.position and s.by_position and s.effective_at = r.effective_at
                   and s.offer_count = r.offer_count and s.offer_no is not distinct from r.offer_no and s.terms_at is not distinct from r.terms_at
                returning s.group_no, s.position)
            insert into lowest_price_step (group_no, position, effective_at, offer_count, offer_no, terms_at, by_position, by_instant, is_price_step)
                select group_no, position, effective_at, offer_count, offer_no, terms_at, false, true, is_price_step from refolded as r
                 where not exists (select from joined as j where j.group_no = r.group_no and j.position = r.position)
            """, Values(batch, steps));

    private static object[] Values(HistoryBatch batch, IReadOnlyList<StepRow> steps) =>
    [
        steps.Column(s => s.Group.Number), steps.Column(s => s.Step.Position), steps.Column(s => s.Step.EffectiveAt),
        steps.Column(s => s.Step.Standing.OfferCount), steps.Column(s => s.Step.Standing.Winner is { } winner ? batch.NumberOf(winner.Offer) : 0),
        steps.Column(s => s.Step.Standing.Winner?.TermsAt ?? 0), steps.Column(s => s.IsPriceStep),
    ];
}
