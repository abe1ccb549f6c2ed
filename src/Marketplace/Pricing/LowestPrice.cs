using System.Globalization;
using System.Text;
using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.Pricing;

/// <summary>The lowest price of a product in one listing type and currency: the terms of the active offer that wins.</summary>
/// <param name="ListingType">How the offer is listed.</param>
/// <param name="Price">What its seller asks.</param>
/// <param name="Shipping">What delivery costs.</param>
/// <param name="LandedPrice">Their sum, on which offers compete.</param>
/// <param name="SellerId">Who sells.</param>
/// <param name="Sku">The seller's own key.</param>
/// <param name="Condition">The condition of the copy.</param>
/// <param name="OfferCount">Active offers in this listing type and currency, the winner among them.</param>
/// <param name="Since">When the winning offer's price took effect, UTC.</param>
public sealed record LowestPrice(ListingType ListingType, Money Price, Money Shipping, Money LandedPrice, string SellerId, string Sku,
    Condition Condition, long OfferCount, DateTimeOffset Since);

/// <summary>A product's lowest prices: one item per listing type and currency with an active offer, in the page's order, then by currency.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Position">The position through which the answer is complete.</param>
/// <param name="AsOf">The instant the answer holds for, UTC.</param>
/// <param name="Items">The lowest prices.</param>
public sealed record LowestPrices(string ProductId, long Position, DateTimeOffset AsOf, IReadOnlyList<LowestPrice> Items)
{
    /// <summary>What an entity tag of the answer covers: the items. Position and instant move with every write anywhere.</summary>
    public byte[] Content()
    {
        var text = new StringBuilder();
        foreach (var item in Items)
            text.Append(CultureInfo.InvariantCulture,
                $"{Word.Of(item.ListingType)} {item.Price} {item.Shipping} {item.SellerId} {item.Sku} {Word.Of(item.Condition)} ")
                .Append(CultureInfo.InvariantCulture, $"{item.OfferCount} {EventFacts.Format(item.Since)}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The order of the product page: by listing type as declared, then by currency, ordinal.</summary>
    public static IReadOnlyList<LowestPrice> InPageOrder(IEnumerable<LowestPrice> items) =>
        [.. items.OrderBy(item => item.ListingType).ThenBy(item => item.Price.Currency, StringComparer.Ordinal)];
}
