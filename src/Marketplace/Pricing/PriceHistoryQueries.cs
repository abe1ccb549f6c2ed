using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Pricing;

/// <summary>
/// Reads the price history: the lowest prices, their steps and the ladder at any past moment, and an offer's price points. None of it folds
/// events: what held at a moment is the last row at or before it, one descent of an index.
/// </summary>
public sealed class PriceHistoryQueries(NpgsqlDataSource db)
{
    private const string LowestAt = $"""
        select g.listing_type, g.currency, s.offer_count, t.price, t.shipping, o.seller_id, o.sku, t.condition, t.price_since
          from price_group as g
         cross join lateral (select * from lowest_price_step where group_no = g.group_no and %by_then% limit 1) as s
          {Winner}
         where g.product_id = $1 and s.offer_count > 0
        """;

    /// <summary>The lowest prices of the product <c>$1</c> at the instant <c>$2</c>.</summary>
    public static readonly string LowestByInstant =
        LowestAt.Replace("%by_then%", "by_instant and effective_at <= $2 order by effective_at desc", StringComparison.Ordinal);

    /// <summary>The lowest prices of the product <c>$1</c> at the position <c>$2</c>.</summary>
    public static readonly string LowestByPosition =
        LowestAt.Replace("%by_then%", "by_position and position <= $2 order by position desc", StringComparison.Ordinal);

    /// <summary>The number of the group <c>$1, $2, $3</c>, for statements about one.</summary>
    internal const string GroupNumber = "(select group_no from price_group where product_id = $1 and listing_type = $2 and currency = $3)";

    /// <summary>Who won with a step <c>s</c>, and on which terms. The limits keep the planner from reading whole tables for a few rows.</summary>
    internal const string Winner = """
        left join lateral (select * from priced_offer where offer_no = s.offer_no limit 1) as o on true
        left join lateral (select * from offer_terms where offer_no = s.offer_no and position = s.terms_at limit 1) as t on true
        """;

    /// <summary>Steps of the group <c>$1, $2, $3</c> from the one in force at <c>$4</c> on, at most <c>$5</c>.</summary>
    public const string Steps = $"""
        select s.effective_at, t.price, t.shipping, o.seller_id, o.sku, s.position
          from (select * from lowest_price_step
                 where group_no = {GroupNumber} and is_price_step and effective_at >= coalesce((
                       select effective_at from lowest_price_step
                        where group_no = {GroupNumber} and is_price_step and effective_at <= $4 order by effective_at desc limit 1), $4)
                 order by effective_at limit $5) as s
          {Winner}
         order by s.effective_at
        """;

    /// <summary>Price points of the offer <c>$1, $2</c> after the position <c>$3</c>, at most <c>$4</c>.</summary>
    public const string Points = """
        select t.position, t.version, e.type, g.product_id, g.listing_type, g.currency, t.price, t.shipping, t.effective_at, e.timestamp,
               coalesce(e.user_name, 'anonymous'), coalesce(e.headers ->> 'cause', 'manual'), e.headers ->> 'reference', e.headers ->> 'reason'
          from (select * from offer_terms
                 where offer_no = (select offer_no from priced_offer where seller_id = $1 and sku = $2) and position > $3 order by position) as t
         cross join lateral (
              select * from mt_events where seq_id = t.position and type in ('offer_posted', 'offer_repriced', 'offer_reposted') limit 1) as e
         cross join lateral (select * from price_group where group_no = t.group_no limit 1) as g
         order by t.position limit $4
        """;

    /// <summary>The lowest prices of a product as they stood at a moment.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="moment">The moment.</param>
    /// <param name="position">The position through which the price history is complete; for an instant the answer states it.</param>
    /// <param name="ct">Ends the query.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<LowestPrices> LowestPricesAsync(string productId, Moment moment, long position, CancellationToken ct)
    {
        await using var command = db.CreateCommand(moment.Instant is null ? LowestByPosition : LowestByInstant);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        command.Parameters.Add(Of(moment));
        var items = new List<LowestPrice>();
        await using (var row = await command.ExecuteReaderAsync(ct))
            while (await row.ReadAsync(ct))
            {
                var (price, shipping) = (new Money(row.GetDecimal(3), row.GetString(1)), new Money(row.GetDecimal(4), row.GetString(1)));
                items.Add(new LowestPrice(Type(row.GetString(0)), price, shipping, price + shipping, row.GetString(5), row.GetString(6),
                    Word.Parse<Condition>(row.GetString(7))!.Value, row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(8)));
            }
        return new LowestPrices(productId, moment.Position ?? position, moment.Instant ?? await RecordedAtAsync(moment.Position!.Value, ct),
            LowestPrices.InPageOrder(items));
    }

    /// <summary>The currencies in which a product has or ever had offers, ordinal.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<IReadOnlyList<string>> CurrenciesAsync(string productId, CancellationToken ct)
    {
        await using var command = db.CreateCommand("select distinct currency from price_group where product_id = $1 order by currency");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        await using var row = await command.ExecuteReaderAsync(ct);
        var currencies = new List<string>();
        while (await row.ReadAsync(ct)) currencies.Add(row.GetString(0));
        return currencies;
    }

    /// <summary>A page of the steps of a lowest price: those in force at some time from an instant on and before another.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="listingType">The listing type.</param>
    /// <param name="currency">The currency.</param>
    /// <param name="from">The first step is the one in force then; null for the first of all.</param>
    /// <param name="to">Steps that begin then or later are left out; null for none.</param>
    /// <param name="limit">The most steps on the page.</param>
    /// <param name="ct">Ends the query.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<Page<PriceStep>> StepsAsync(
        string productId, ListingType listingType, string currency, DateTimeOffset? from, DateTimeOffset? to, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Steps);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Word.Of(listingType) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = currency });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from ?? EffectiveTime.Earliest });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        var rows = new List<PriceStep>();
        await using (var row = await command.ExecuteReaderAsync(ct))
            while (await row.ReadAsync(ct)) rows.Add(Step(row, currency));
        // Every step ends where the next begins; the one read beyond the page tells the last one's end.
        for (var i = 0; i + 1 < rows.Count; i++) rows[i] = rows[i] with { To = rows[i + 1].From };
        return Page<PriceStep>.Of(to is null ? rows : rows.FindAll(step => step.From < to), limit, step => PriceStepCursor.Encode(step.To!.Value));
    }

    /// <summary>A page of an offer's price points in their order, after a position.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<Page<PricePoint>> PointsAsync(string sellerId, string sku, long after, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Points);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sku });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        var points = new List<PricePoint>();
        await using (var row = await command.ExecuteReaderAsync(ct))
            while (await row.ReadAsync(ct)) points.Add(Point(row));
        return Page<PricePoint>.Of(points, limit,
            point => Cursor.Encode(GetOfferPriceHistoryEndpoint.List, point.Position.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>A moment as a statement's parameter.</summary>
    internal static NpgsqlParameter Of(Moment moment) => moment.Instant is { } instant
        ? new NpgsqlParameter<DateTimeOffset> { TypedValue = instant }
        : new NpgsqlParameter<long> { TypedValue = moment.Position!.Value };

    /// <summary>A stored listing type.</summary>
    internal static ListingType Type(string word) => Word.Parse<ListingType>(word)!.Value;

    // When the last event at or before a position was recorded; before the first event, the beginning of time as it is kept here.
    private async Task<DateTimeOffset> RecordedAtAsync(long position, CancellationToken ct)
    {
        await using var command = db.CreateCommand("select timestamp from mt_events where seq_id <= $1 order by seq_id desc limit 1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        return await command.ExecuteScalarAsync(ct) is DateTime recorded ? new DateTimeOffset(recorded, TimeSpan.Zero) : EffectiveTime.Earliest;
    }

    internal static PriceStep Step(NpgsqlDataReader row, string currency)
    {
        var (from, position) = (row.GetFieldValue<DateTimeOffset>(0), row.GetInt64(5));
        if (row.IsDBNull(3)) return new PriceStep(from, null, null, null, null, null, null, position);
        var (price, shipping) = (new Money(row.GetDecimal(1), currency), new Money(row.GetDecimal(2), currency));
        return new PriceStep(from, null, price + shipping, price, shipping, row.GetString(3), row.GetString(4), position);
    }

    private static PricePoint Point(NpgsqlDataReader row)
    {
        var (price, shipping) = (new Money(row.GetDecimal(6), row.GetString(5)), new Money(row.GetDecimal(7), row.GetString(5)));
        return new PricePoint(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), Type(row.GetString(4)), price, shipping,
            price + shipping, row.GetFieldValue<DateTimeOffset>(8), row.GetFieldValue<DateTimeOffset>(9), row.GetString(10), row.GetString(11),
            row.IsDBNull(12) ? null : row.GetString(12), row.IsDBNull(13) ? null : row.GetString(13));
    }
}
