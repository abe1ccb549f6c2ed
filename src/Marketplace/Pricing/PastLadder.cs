using System.Globalization;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Pricing;

/// <summary>
/// Reads a product's ladder as it stood at a past moment: for every offer that ever was on it, the last row of its history at or before the
/// moment, one descent of an index each. Its cost grows with the offers of the product, not with their events nor with the log.
/// </summary>
public sealed class PastLadder(NpgsqlDataSource db)
{
    /// <summary>The list's name in cursors.</summary>
    public const string List = "past-ladder";

    private const string Rungs = """
        select o.seller_id, o.sku, g.product_id, g.listing_type, t.condition, g.currency, t.price, t.shipping, t.quantity, t.price_since, t.version,
               t.position
          from price_group as g
          join price_group_member as m on m.group_no = g.group_no
         cross join lateral (select * from offer_terms where offer_no = m.offer_no and %by_then% limit 1) as t
          join priced_offer as o on o.offer_no = m.offer_no
         where g.product_id = $1 and ($2::text is null or g.listing_type = $2) and ($3::text is null or g.currency = $3)
           and t.group_no = g.group_no and not t.withdrawn and not t.paused and t.quantity > 0
           and (g.currency, t.price + t.shipping, t.price_since, o.seller_id, o.sku) > ($5, $6, $7, $8, $9)
         order by g.currency, t.price + t.shipping, t.price_since, o.seller_id, o.sku
         limit $10
        """;

    private static readonly string ByInstant =
        Rungs.Replace("%by_then%", "effective_at <= $4 order by effective_at desc, position desc", StringComparison.Ordinal);

    private static readonly string ByPosition = Rungs.Replace("%by_then%", "position <= $4 order by position desc", StringComparison.Ordinal);

    /// <summary>The statement, by instant or by position.</summary>
    public static string Sql(bool byInstant) => byInstant ? ByInstant : ByPosition;

    /// <summary>A page of the ladder at a moment: the active offers by currency, then landed price, ties by the rule of the lowest price.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="listingType">Only this listing type, or all of them merged.</param>
    /// <param name="currency">Only this currency, or all, one after another.</param>
    /// <param name="moment">The moment; the caller waits for the price history to have come that far.</param>
    /// <param name="limit">The most offers on the page.</param>
    /// <param name="after">The values of a cursor of <see cref="List"/>, or null for the first page.</param>
    /// <param name="ct">Ends the query.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<Page<PastOffer>> LadderAsync(
        string productId, ListingType? listingType, string? currency, Moment moment, int limit, PastRung? after, CancellationToken ct)
    {
        var key = after ?? PastRung.First;
        await using var command = db.CreateCommand(Sql(moment.Instant is not null));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = listingType is { } type ? Word.Of(type) : null });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = currency });
        command.Parameters.Add(PriceHistoryQueries.Of(moment));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Currency });
        command.Parameters.Add(new NpgsqlParameter<decimal> { TypedValue = key.LandedPrice });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = key.PriceSince });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.SellerId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Sku });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        var offers = new List<PastOffer>();
        await using (var row = await command.ExecuteReaderAsync(ct))
            while (await row.ReadAsync(ct)) offers.Add(Read(row));
        return Page<PastOffer>.Of(offers, limit, offer => PastRung.Of(offer).Encode());
    }

    private static PastOffer Read(NpgsqlDataReader row)
    {
        var (price, shipping) = (new Money(row.GetDecimal(6), row.GetString(5)), new Money(row.GetDecimal(7), row.GetString(5)));
        return new PastOffer(row.GetString(0), row.GetString(1), row.GetString(2), PriceHistoryQueries.Type(row.GetString(3)),
            Word.Parse<Condition>(row.GetString(4))!.Value, price, shipping, price + shipping, row.GetInt32(8), row.GetFieldValue<DateTimeOffset>(9),
            row.GetInt64(10), row.GetInt64(11));
    }
}

/// <summary>Where an offer stood on a past ladder: its order, and what its cursor carries.</summary>
/// <param name="Currency">Currencies follow one another.</param>
/// <param name="LandedPrice">Cheapest first.</param>
/// <param name="PriceSince">Of two at one price, the price that took effect first.</param>
/// <param name="SellerId">Then by seller, ordinal.</param>
/// <param name="Sku">Then by sku, ordinal.</param>
public sealed record PastRung(string Currency, decimal LandedPrice, DateTimeOffset PriceSince, string SellerId, string Sku)
{
    /// <summary>Before every offer.</summary>
    public static PastRung First { get; } = new("", 0, EffectiveTime.Earliest, "", "");

    /// <summary>The rung of an offer.</summary>
    public static PastRung Of(PastOffer offer) => new(offer.Price.Currency, offer.LandedPrice.Amount, offer.PriceSince, offer.SellerId, offer.Sku);

    /// <summary>The cursor after this rung.</summary>
    public string Encode() => Cursor.Encode(PastLadder.List, Currency, LandedPrice.ToString(CultureInfo.InvariantCulture),
        PriceSince.UtcTicks.ToString(CultureInfo.InvariantCulture), SellerId, Sku);

    /// <summary>Reads the five values of a cursor; null when they are none of a ladder's.</summary>
    public static PastRung? Decode(string[] keys) =>
        decimal.TryParse(keys[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var landed)
        && long.TryParse(keys[2], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks >= EffectiveTime.Earliest.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new PastRung(keys[0], landed, new DateTimeOffset(ticks, TimeSpan.Zero), keys[3], keys[4])
            : null;
}
