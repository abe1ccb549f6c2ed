using Marten;

namespace Marketplace.Pricing;

/// <summary>
/// What the price history reads of its own tables when it does not remember it. Everything goes through the session, so that in a rebuild the
/// same statements read the copy being built. Table names are unqualified for the same reason.
/// </summary>
public static class HistoryReads
{
    /// <summary>The most rows that one statement brings.</summary>
    public const int RowsAtOnce = 50_000;

    // An offer's row as State reads it.
    private const string StateColumns = """
        t.position, (extract(epoch from t.effective_at) * 1000000)::bigint, t.version, g.product_id, g.listing_type, g.currency, t.condition,
        t.price, t.shipping, t.quantity, t.paused, t.withdrawn, (extract(epoch from t.price_since) * 1000000)::bigint
        """;

    private const string LatestTerms = "(select * from offer_terms where offer_no = o.offer_no order by position desc limit 1)";

    private const string Offers = $"""
        select json_build_array(asked.n, o.offer_no, {StateColumns})::text
          from unnest(?::text[], ?::text[]) with ordinality as asked (seller_id, sku, n)
          join priced_offer as o on (o.seller_id, o.sku) = (asked.seller_id, asked.sku)
         cross join lateral {LatestTerms} as t
          join price_group as g on g.group_no = t.group_no
        """;

    private const string Groups = """
        select json_build_array(asked.n, g.group_no, s.offer_count, o.seller_id, o.sku, t.condition, t.price, t.shipping,
                   (extract(epoch from t.price_since) * 1000000)::bigint, s.terms_at)::text
          from unnest(?::text[], ?::text[], ?::text[]) with ordinality as asked (product_id, listing_type, currency, n)
          join price_group as g on (g.product_id, g.listing_type, g.currency) = (asked.product_id, asked.listing_type, asked.currency)
          left join lateral (
              select * from lowest_price_step where group_no = g.group_no and by_position order by position desc limit 1) as s on true
          left join priced_offer as o on o.offer_no = s.offer_no
          left join offer_terms as t on (t.offer_no, t.position) = (s.offer_no, s.terms_at)
        """;

    private static readonly string Members = $"""
        select json_build_array(m.group_no, o.offer_no, o.seller_id, o.sku, {StateColumns})::text
          from (select group_no, offer_no from price_group_member
                 where group_no = any (?::bigint[]) and (group_no, offer_no) > (?, ?) order by group_no, offer_no limit {RowsAtOnce}) as m
          join priced_offer as o on o.offer_no = m.offer_no
         cross join lateral {LatestTerms} as t
          join price_group as g on g.group_no = t.group_no
         order by m.group_no, o.offer_no
        """;

    // Both are found from the offer's end of the index of instants: what took effect since an instant, and the last before it.
    private const string Since = $"""
        select json_build_array(asked.n, {StateColumns})::text
          from unnest(?::bigint[], ?::bigint[], ?::timestamptz[]) with ordinality as asked (group_no, offer_no, instant, n)
         cross join lateral (
              select * from offer_terms
               where offer_no = asked.offer_no and effective_at >= asked.instant and group_no = asked.group_no) as t
          join price_group as g on g.group_no = t.group_no
        """;

    private const string Before = $"""
        select json_build_array(asked.n, {StateColumns})::text
          from unnest(?::bigint[], ?::timestamptz[]) with ordinality as asked (offer_no, instant, n)
         cross join lateral (
              select * from offer_terms where offer_no = asked.offer_no and effective_at < asked.instant
               order by effective_at desc, position desc limit 1) as t
          join price_group as g on g.group_no = t.group_no
        """;

    /// <summary>Remembers those of the offers that the tables know.</summary>
    public static async Task OffersAsync(IQuerySession session, HistoryMemory memory, OfferId[] asked, CancellationToken ct)
    {
        if (asked.Length == 0) return;
        await foreach (var row in RowsAsync(session, Offers, ct, asked.Column(o => o.SellerId), asked.Column(o => o.Sku)))
        {
            var id = asked[row.Whole() - 1];
            memory.Remember(id, row.Whole()).Last = Change(id, row);
        }
    }

    /// <summary>Remembers those of the groups that the tables know, with all their offers.</summary>
    /// <exception cref="InvalidOperationException">The steps of a group and the terms of its offers contradict each other.</exception>
    public static async Task GroupsAsync(IQuerySession session, HistoryMemory memory, PriceGroup[] asked, CancellationToken ct)
    {
        if (asked.Length == 0) return;
        var found = new Dictionary<long, (KnownGroup Group, Standing Standing)>();
        await foreach (var row in RowsAsync(session, Groups, ct,
            asked.Column(g => g.ProductId), asked.Column(g => g.ListingType), asked.Column(g => g.Currency)))
        {
            var group = memory.Remember(asked[row.Whole() - 1], row.Whole());
            found.Add(group.Number, (group, LastStep(row)));
        }
        await MembersAsync(session, memory, found.ToDictionary(g => g.Key, g => g.Value.Group), ct);
        foreach (var (group, standing) in found.Values)
        {
            // The steps written before and the terms read now tell the same; when they do not, nothing may be built on them.
            if (group.Competition.Standing != standing)
                throw new InvalidOperationException($"The price history of {group.Id} contradicts itself: rebuild {nameof(PriceHistory)}.");
        }
    }

    private static async Task MembersAsync(IQuerySession session, HistoryMemory memory, Dictionary<long, KnownGroup> groups, CancellationToken ct)
    {
        var numbers = groups.Keys.ToArray();
        var (last, rows) = ((Group: 0L, Offer: 0L), 0);
        do
        {
            rows = 0;
            await foreach (var row in RowsAsync(session, Members, ct, numbers, last.Group, last.Offer))
            {
                rows++;
                last = (row.Whole(), row.Whole());
                var id = new OfferId(row.Text(), row.Text());
                var offer = memory.Remember(id, last.Offer);
                var change = offer.Last ??= Change(id, row);
                var group = groups[last.Group];
                group.Admit(offer);
                group.Reached(change.EffectiveAt);
                group.Competition.Apply(change);
            }
        }
        while (rows == RowsAtOnce);
    }

    /// <summary>
    /// What took effect in groups at an instant or later. A group that is rewound far is read in several statements, so that none takes long.
    /// </summary>
    /// <returns>The changes of each that was asked about, in no particular order.</returns>
    public static async Task<List<OfferChange>[]> SinceAsync(
        IQuerySession session, IReadOnlyList<(KnownGroup Group, KnownOffer Offer, DateTimeOffset Instant)> asked, CancellationToken ct)
    {
        var changes = asked.Column(_ => new List<OfferChange>());
        // An offer seldom has more than a few events behind an instant; where it has, the statement brings more rows.
        foreach (var some in Enumerable.Range(0, asked.Count).Chunk(RowsAtOnce / 10))
        {
            await foreach (var row in RowsAsync(session, Since, ct,
                some.Column(i => asked[i].Group.Number), some.Column(i => asked[i].Offer.Number), some.Column(i => asked[i].Instant)))
            {
                var i = some[row.Whole() - 1];
                changes[i].Add(Change(asked[i].Offer.Id, row));
            }
        }
        return changes;
    }

    /// <summary>The last change of each offer before an instant, or null.</summary>
    /// <returns>The changes in the order asked.</returns>
    public static async Task<OfferChange?[]> BeforeAsync(
        IQuerySession session, IReadOnlyList<(KnownOffer Offer, DateTimeOffset Instant)> asked, CancellationToken ct)
    {
        var changes = new OfferChange?[asked.Count];
        foreach (var some in Enumerable.Range(0, asked.Count).Chunk(RowsAtOnce))
        {
            await foreach (var row in RowsAsync(session, Before, ct, some.Column(i => asked[i].Offer.Number), some.Column(i => asked[i].Instant)))
            {
                var i = some[row.Whole() - 1];
                changes[i] = Change(asked[i].Offer.Id, row);
            }
        }
        return changes;
    }

    private static async IAsyncEnumerable<JsonRow> RowsAsync(
        IQuerySession session, string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct, params object[] values)
    {
        foreach (var text in await session.QueryAsync<string>(sql, ct, values)) yield return JsonRow.Of(text);
    }

    private static Standing LastStep(JsonRow row)
    {
        if (row.SkipNull()) return Standing.Empty;
        var count = row.Whole();
        return row.SkipNull()
            ? new Standing(null, count)
            : new Standing(new Contender(new OfferId(row.Text(), row.Text()), row.Text(), row.Amount(), row.Amount(), row.Instant(), row.Whole()), count);
    }

    private static OfferChange Change(OfferId offer, JsonRow row)
    {
        var (position, effectiveAt, version) = (row.Whole(), row.Instant(), row.Whole());
        var state = new OfferState(new PriceGroup(row.Text(), row.Text(), row.Text()), row.Text(), row.Amount(), row.Amount(), (int)row.Whole(),
            row.Flag(), row.Flag(), row.Instant());
        return new OfferChange(offer, state, effectiveAt, position, version);
    }
}
