using Marketplace.Domain;
using Npgsql;

namespace Marketplace.Offers;

/// <summary>Reads an offer's state from its row of <c>current_offer</c>, which is written in the transaction of each of its events.</summary>
public static class OfferRow
{
    /// <summary>The columns read.</summary>
    public const string Columns = """
        seller_id, sku, product_id, listing_type, condition, condition_note, currency, price, shipping, quantity, paused, withdrawn,
            price_since, effective_at, version
        """;

    /// <summary>The state in the present row, and its version.</summary>
    public static Offer Read(NpgsqlDataReader row, out long version)
    {
        var (sellerId, sku, currency) = (row.GetString(0), row.GetString(1), row.GetString(6));
        version = row.GetInt64(14);
        return new Offer
        {
            Id = StreamKeys.Offer(sellerId, sku),
            SellerId = sellerId,
            Sku = sku,
            ProductId = row.GetString(2),
            Terms = new Terms(Word.Parse<ListingType>(row.GetString(3))!.Value, Word.Parse<Condition>(row.GetString(4))!.Value,
                row.IsDBNull(5) ? null : row.GetString(5), new Money(row.GetDecimal(7), currency), new Money(row.GetDecimal(8), currency), row.GetInt32(9)),
            IsPaused = row.GetBoolean(10),
            IsWithdrawn = row.GetBoolean(11),
            PriceSince = Instant(row, 12),
            EffectiveAt = Instant(row, 13),
        };
    }

    private static DateTimeOffset Instant(NpgsqlDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);
}
