using System.Text.Json.Serialization;
using Marketplace.Domain;
using Npgsql;

namespace Marketplace.Offers;

/// <summary>An offer as the API shows it.</summary>
/// <param name="SellerId">Who sells.</param>
/// <param name="Sku">The seller's own key.</param>
/// <param name="ProductId">The product.</param>
/// <param name="ListingType">How it is listed.</param>
/// <param name="Condition">The condition of the copy.</param>
/// <param name="ConditionNote">The seller's words on the condition, or null.</param>
/// <param name="Price">What the seller asks.</param>
/// <param name="Shipping">What delivery costs.</param>
/// <param name="LandedPrice">Their sum, on which offers compete.</param>
/// <param name="Quantity">Copies on hand.</param>
/// <param name="Status">Whether it competes, and if not, why.</param>
/// <param name="PriceSince">When the price took effect, UTC.</param>
/// <param name="Version">The number of the offer's events; its entity tag.</param>
public sealed record OfferView(string SellerId, string Sku, string ProductId, ListingType ListingType, Condition Condition,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConditionNote,
    Money Price, Money Shipping, Money LandedPrice, int Quantity, OfferStatus Status, DateTimeOffset PriceSince, long Version)
{
    /// <summary>The columns of <c>current_offer</c> in the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns =
        "seller_id, sku, product_id, listing_type, condition, condition_note, currency, price, shipping, quantity, status, price_since, version";

    /// <summary>The view of a state.</summary>
    public static OfferView Of(Offer offer, long version) => new(offer.SellerId, offer.Sku, offer.ProductId, offer.Terms.ListingType,
        offer.Terms.Condition, offer.Terms.ConditionNote, offer.Terms.Price, offer.Terms.Shipping, offer.Terms.LandedPrice, offer.Terms.Quantity,
        offer.Status, offer.PriceSince, version);

    /// <summary>The view of a row.</summary>
    public static OfferView Read(NpgsqlDataReader row)
    {
        var currency = row.GetString(6);
        var (price, shipping) = (new Money(row.GetDecimal(7), currency), new Money(row.GetDecimal(8), currency));
        return new OfferView(row.GetString(0), row.GetString(1), row.GetString(2), Word.Parse<ListingType>(row.GetString(3))!.Value,
            Word.Parse<Condition>(row.GetString(4))!.Value, row.IsDBNull(5) ? null : row.GetString(5), price, shipping, price + shipping,
            row.GetInt32(9), Word.Parse<OfferStatus>(row.GetString(10))!.Value, row.GetFieldValue<DateTimeOffset>(11), row.GetInt64(12));
    }
}
