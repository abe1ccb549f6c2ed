using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Offers;
using Marketplace.Pricing;

namespace Marketplace.Web;

/// <summary>Gathers what the page of a product shows from the slices' queries.</summary>
public sealed class ProductSource(
    ProductQueries products, LowestPriceQueries prices, OfferQueries offers, PastProducts pastProducts, IConfiguration configuration)
{
    /// <summary>Offers shown of each ladder.</summary>
    public const int RowsOfALadder = 20;

    private readonly string _currency = PageInWords.Currency(configuration);

    /// <summary>The product's sheet, or null when it was never listed.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="asOf">Now, an instant, or something wrong, for which only the product's name is shown.</param>
    /// <param name="position">The position through which the database is known to be complete.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ProductSheet?> ReadAsync(string productId, AsOf asOf, long position, CancellationToken ct)
    {
        if (await products.FindAsync(productId, ct) is not { } product)
            return null;

        var sheet = new ProductSheet(productId, product.Title, product.Author, product.Description, asOf, position, [], [], [], ReviewsView.None);
        return asOf switch
        {
            { Wrong: not null } => sheet,
            { At: { } at } => await PastAsync(sheet, at, ct),
            _ => await PresentAsync(sheet, ct),
        };
    }

    private async Task<ProductSheet> PresentAsync(ProductSheet sheet, CancellationToken ct)
    {
        var lowest = (await prices.OfAsync(sheet.ProductId, sheet.Position, ct)).Items;
        var ladders = new List<Ladder>();
        foreach (var item in lowest)
        {
            var page = await offers.LadderAsync(sheet.ProductId, item.ListingType, item.Price.Currency, null, RowsOfALadder, ct);
            ladders.Add(new Ladder(Word.Of(item.ListingType), item.Price.Currency, [.. page.Items.Select(Row)], item.OfferCount));
        }
        return sheet with { Words = PriceWords.Of(lowest, _currency), Ladders = ladders };
    }

    private async Task<ProductSheet> PastAsync(ProductSheet sheet, DateTimeOffset at, CancellationToken ct)
    {
        if (await pastProducts.AtAsync(sheet.ProductId, at, ct) is not { } product)
            return sheet with { Title = null, Author = null, Description = null };
        return sheet with { Title = product.Title, Author = product.Author, Description = product.Description };
    }

    private static LadderRow Row(OfferView offer) => new(offer.SellerId, offer.Sku, Word.Of(offer.Condition), offer.ConditionNote,
        offer.Price.ToString(), offer.Shipping.ToString(), offer.LandedPrice.ToString(), offer.Quantity);
}
