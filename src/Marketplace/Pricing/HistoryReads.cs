using System.Text.Json;
using Marten;

namespace Marketplace.Pricing;

/// <summary>How a group stood before a batch.</summary>
/// <param name="LatestEffectiveAt">The latest instant at which something took effect in it, UTC; null when it is new.</param>
/// <param name="AtEnd">Its standing after all events so far.</param>
/// <param name="BeforeInstant">Its standing just before the instant asked about.</param>
public sealed record GroupBefore(DateTimeOffset? LatestEffectiveAt, Standing AtEnd, Standing BeforeInstant);

/// <summary>
/// What the price history reads of its own tables while it takes a batch in. Everything goes through the session, so that in a rebuild the
/// same statements read the copy being built. Table names are unqualified for the same reason.
/// </summary>
public static class HistoryReads
{
    /// <summary>About how many rows one statement reads when a group is rewound far.</summary>
    public const int RowsAtOnce = 50_000;

    private const string StateColumns = "product_id, listing_type, currency, condition, price, shipping, quantity, paused, withdrawn, since";

    // A contender's columns behind a count; all null where nobody competes.
    private static string StandingColumns(string row) =>
        $"{row}.offer_count, {row}.seller_id, {row}.sku, {row}.condition, {row}.price, {row}.shipping, {Microseconds($"{row}.price_since")}";

    private static string Microseconds(string column) => $"(extract(epoch from {column}) * 1000000)::bigint";

    private static readonly string LatestStates = $"""
        select json_build_array(asked.n, {StateColumns})::text
          from unnest(?::text[], ?::text[]) with ordinality as asked (seller_id, sku, n)
         cross join lateral (
              select *, {Microseconds("price_since")} as since from history_ladder
               where seller_id = asked.seller_id and sku = asked.sku order by position desc limit 1) as latest
        """;

    private static readonly string StatesBefore = $"""
        select json_build_array(asked.n, {StateColumns})::text
          from unnest(?::text[], ?::text[], ?::timestamptz[]) with ordinality as asked (seller_id, sku, instant, n)
         cross join lateral (
              select *, {Microseconds("price_since")} as since from offer_history
               where seller_id = asked.seller_id and sku = asked.sku and effective_at < asked.instant
               order by effective_at desc, position desc limit 1) as latest
        """;

    private static readonly string Groups = $"""
        select json_build_array(asked.n, {Microseconds("known.effective_at")},
                   {StandingColumns("by_position")}, {StandingColumns("by_instant")})::text
          from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[]) with ordinality as asked (product_id, listing_type, currency, instant, n)
          left join lateral (
              select * from history_group
               where product_id = asked.product_id and listing_type = asked.listing_type and currency = asked.currency) as known on true
          left join lateral (
              select * from lowest_price_by_position
               where product_id = asked.product_id and listing_type = asked.listing_type and currency = asked.currency
               order by position desc limit 1) as by_position on true
          left join lateral (
              select * from lowest_price_by_instant
               where product_id = asked.product_id and listing_type = asked.listing_type and currency = asked.currency
                 and effective_at < asked.instant and known.effective_at >= asked.instant
               order by effective_at desc limit 1) as by_instant on true
        """;

    private const string ChangedSince = """
        select json_build_array(asked.n, l.seller_id, l.sku, (
                select count(*) from offer_history
                 where seller_id = l.seller_id and sku = l.sku and effective_at >= asked.instant))::text
          from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[]) with ordinality as asked (product, type, money, instant, n)
         cross join lateral (
              select seller_id, sku from history_ladder
               where product_id = asked.product and listing_type = asked.type and currency = asked.money
                 and effective_at >= asked.instant) as l
        """;

    private static readonly string ChangesOf = $"""
        select json_build_array(asked.n, {Microseconds("h.effective_at")}, h.position, {StateColumns})::text
          from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[]) with ordinality
               as asked (seller, own, product, type, money, instant, n)
         cross join lateral (
              select *, {Microseconds("price_since")} as since from offer_history
               where seller_id = asked.seller and sku = asked.own and effective_at >= asked.instant
                 and product_id = asked.product and listing_type = asked.type and currency = asked.money) as h
        """;

    // The bound is part of the statement, so that the planner knows how little of the ladder is wanted; bounds are few.
    private static string BestOffers(long bound) => $"""
        select json_build_array(asked.n, seller_id, sku, condition, price, shipping, {Microseconds("price_since")})::text
          from unnest(?::text[], ?::text[], ?::text[], ?::bigint[]) with ordinality as asked (product_id, listing_type, currency, most, n)
         cross join lateral (
              select * from (
                  select * from history_ladder
                   where product_id = asked.product_id and listing_type = asked.listing_type and currency = asked.currency and active
                   order by landed_price, price_since, seller_id, sku limit {bound}) as bounded
               order by landed_price, price_since, seller_id, sku limit asked.most) as best
         order by asked.n, landed_price, price_since, seller_id, sku
        """;

    /// <summary>The last known state of each of the offers that has one.</summary>
    public static async Task<Dictionary<OfferId, OfferState>> LatestStatesAsync(IQuerySession session, OfferId[] offers, CancellationToken ct)
    {
        var states = new Dictionary<OfferId, OfferState>(offers.Length);
        if (offers.Length == 0) return states;
        await foreach (var row in RowsAsync(session, LatestStates, ct, Column(offers, o => o.SellerId), Column(offers, o => o.Sku)))
        {
            var cells = row;
            states[offers[cells.Whole() - 1]] = State(ref cells);
        }
        return states;
    }

    /// <summary>The state of each offer just before an instant, where it had one.</summary>
    /// <returns>The states in the order asked.</returns>
    public static async Task<OfferState?[]> StatesBeforeAsync(
        IQuerySession session, IReadOnlyList<(OfferId Offer, DateTimeOffset Instant)> asked, CancellationToken ct)
    {
        var states = new OfferState?[asked.Count];
        await foreach (var row in RowsAsync(session, StatesBefore, ct,
            Column(asked, a => a.Offer.SellerId), Column(asked, a => a.Offer.Sku), Column(asked, a => a.Instant)))
        {
            var cells = row;
            states[cells.Whole() - 1] = State(ref cells);
        }
        return states;
    }

    /// <summary>How each group stood before the batch, at its end and just before an instant.</summary>
    public static async Task<GroupBefore[]> GroupsAsync(
        IQuerySession session, IReadOnlyList<(PriceGroup Group, DateTimeOffset Instant)> asked, CancellationToken ct)
    {
        var groups = new GroupBefore[asked.Count];
        await foreach (var row in RowsAsync(session, Groups, ct, Column(asked, a => a.Group.ProductId), Column(asked, a => a.Group.ListingType),
            Column(asked, a => a.Group.Currency), Column(asked, a => a.Instant)))
        {
            var cells = row;
            var n = cells.Whole() - 1;
            DateTimeOffset? latest = cells.SkipNull() ? null : cells.Instant();
            var (atEnd, beforeInstant) = (Standing(ref cells), Standing(ref cells));
            // Where nothing took effect at the instant or later, the group stood before it as it stands at the end.
            groups[n] = new GroupBefore(latest, atEnd, latest >= asked[(int)n].Instant ? beforeInstant : atEnd);
        }
        return groups;
    }

    /// <summary>
    /// Everything known that took effect in a group at an instant or later. A group that is rewound far is read in several statements of
    /// about <see cref="RowsAtOnce"/> rows, so that none takes long.
    /// </summary>
    /// <returns>The changes of each group, in no particular order.</returns>
    public static async Task<List<OfferChange>[]> ChangesSinceAsync(
        IQuerySession session, IReadOnlyList<(PriceGroup Group, DateTimeOffset Instant)> asked, CancellationToken ct)
    {
        var changes = asked.Select(_ => new List<OfferChange>()).ToArray();
        var (next, rows) = (new List<(int Group, OfferId Offer)>(), 0L);
        foreach (var (group, offer, count) in await ChangedSinceAsync(session, asked, ct))
        {
            next.Add((group, offer));
            if ((rows += count) < RowsAtOnce) continue;
            await ReadChangesAsync(session, asked, next, changes, ct);
            (next, rows) = ([], 0);
        }
        if (next.Count > 0) await ReadChangesAsync(session, asked, next, changes, ct);
        return changes;
    }

    private static async Task<List<(int Group, OfferId Offer, long Count)>> ChangedSinceAsync(
        IQuerySession session, IReadOnlyList<(PriceGroup Group, DateTimeOffset Instant)> asked, CancellationToken ct)
    {
        var changed = new List<(int, OfferId, long)>();
        await foreach (var row in RowsAsync(session, ChangedSince, ct, Column(asked, a => a.Group.ProductId), Column(asked, a => a.Group.ListingType),
            Column(asked, a => a.Group.Currency), Column(asked, a => a.Instant)))
        {
            var cells = row;
            changed.Add(((int)cells.Whole() - 1, new OfferId(cells.Text(), cells.Text()), cells.Whole()));
        }
        return changed;
    }

    private static async Task ReadChangesAsync(IQuerySession session, IReadOnlyList<(PriceGroup Group, DateTimeOffset Instant)> asked,
        List<(int Group, OfferId Offer)> offers, List<OfferChange>[] changes, CancellationToken ct)
    {
        await foreach (var row in RowsAsync(session, ChangesOf, ct, Column(offers, o => o.Offer.SellerId), Column(offers, o => o.Offer.Sku),
            Column(offers, o => asked[o.Group].Group.ProductId), Column(offers, o => asked[o.Group].Group.ListingType),
            Column(offers, o => asked[o.Group].Group.Currency), Column(offers, o => asked[o.Group].Instant)))
        {
            var cells = row;
            var (group, offer) = offers[(int)cells.Whole() - 1];
            var (instant, position) = (cells.Instant(), cells.Whole());
            changes[group].Add(new OfferChange(offer, State(ref cells), instant, position));
        }
    }

    /// <summary>The best active offers of each group, best first, as many as asked.</summary>
    public static async Task<List<Contender>[]> BestOffersAsync(
        IQuerySession session, IReadOnlyList<(PriceGroup Group, long Most)> asked, CancellationToken ct)
    {
        var best = asked.Select(_ => new List<Contender>()).ToArray();
        var bound = 8L;
        while (bound < asked.Max(a => a.Most)) bound *= 8;
        await foreach (var row in RowsAsync(session, BestOffers(bound), ct, Column(asked, a => a.Group.ProductId),
            Column(asked, a => a.Group.ListingType), Column(asked, a => a.Group.Currency), Column(asked, a => a.Most)))
        {
            var cells = row;
            best[cells.Whole() - 1].Add(Contender(ref cells));
        }
        return best;
    }

    private static async IAsyncEnumerable<JsonRow> RowsAsync(
        IQuerySession session, string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct, params object[] values)
    {
        foreach (var text in await session.QueryAsync<string>(sql, ct, values))
        {
            using var row = JsonDocument.Parse(text);
            yield return new JsonRow(row.RootElement);
        }
    }

    private static OfferState State(ref JsonRow row) => new(
        new PriceGroup(row.Text(), row.Text(), row.Text()), row.Text(), row.Amount(), row.Amount(), (int)row.Whole(), row.Flag(), row.Flag(), row.Instant());

    private static Standing Standing(ref JsonRow row)
    {
        if (row.SkipNull(more: 6)) return Pricing.Standing.Empty;
        var count = row.Whole();
        return new Standing(row.SkipNull(more: 5) ? null : Contender(ref row), count);
    }

    private static Contender Contender(ref JsonRow row) =>
        new(new OfferId(row.Text(), row.Text()), row.Text(), row.Amount(), row.Amount(), row.Instant());

    private static T[] Column<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(rows[i]);
        return column;
    }
}
