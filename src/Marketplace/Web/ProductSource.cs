using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Offers;
using Marketplace.Pricing;
using Marketplace.Storage;

namespace Marketplace.Web;

/// <summary>Gathers what the page of a product shows from the slices' queries.</summary>
public sealed class ProductSource(
    ProductQueries products, PastProducts pastProducts, LowestPriceQueries prices, PriceHistoryQueries pastPrices, OfferQueries offers,
    PastLadder pastOffers, HistorySource history, ReviewsSource reviews, ReadModelProgress progress, TimeProvider clock,
    IConfiguration configuration)
{
    /// <summary>The most offers shown of each ladder: the cheapest.</summary>
    public const int MostOffers = 20;

    private readonly string _currency = PageInWords.Currency(configuration);

    /// <summary>The product's sheet, or null when it was never listed.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="asOf">Now, an instant, or something wrong, for which only the product's name is shown.</param>
    /// <param name="position">The position through which what is read is known to be complete.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ProductSheet?> ReadAsync(string productId, AsOf asOf, long position, CancellationToken ct)
    {
        if (await products.FindAsync(productId, ct) is not { } product)
            return null;

        var sheet = new ProductSheet(
            productId, product.Title, product.Author, product.Description, asOf, position, position, [], [], [], ReviewsView.None);
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
            var page = await offers.LadderAsync(sheet.ProductId, item.ListingType, item.Price.Currency, null, MostOffers, ct);
            ladders.Add(LadderOf(item, page.Items.Select(offer => new LadderRow(
                offer.SellerId, offer.Sku, Word.Of(offer.Condition), offer.ConditionNote,
                offer.Price.ToString(), offer.Shipping.ToString(), offer.LandedPrice.ToString(), offer.Quantity))));
        }

        // Asked before the charts are read: they may then know more, never less.
        var charted = await progress.ReachedAsync(nameof(PriceHistory), ct);
        return sheet with
        {
            ChartPosition = Math.Min(charted, sheet.Position),
            Words = PriceWords.Of(lowest, _currency),
            Ladders = ladders,
            Histories = await history.ReadAsync(sheet.ProductId, clock.GetUtcNow(), ct),
            Reviews = await reviews.PresentAsync(sheet.ProductId, ct),
        };
    }

    private async Task<ProductSheet> PastAsync(ProductSheet sheet, DateTimeOffset at, CancellationToken ct)
    {
        if (await pastProducts.AtAsync(sheet.ProductId, at, ct) is not { } product)
            return sheet with { Title = null, Author = null, Description = null };

        var moment = new Moment(at, null);
        var lowest = (await pastPrices.LowestPricesAsync(sheet.ProductId, moment, sheet.Position, ct)).Items;
        var ladders = new List<Ladder>();
        foreach (var item in lowest)
        {
            var page = await pastOffers.LadderAsync(sheet.ProductId, item.ListingType, item.Price.Currency, moment, MostOffers, null, ct);
            ladders.Add(LadderOf(item, page.Items.Select(offer => new LadderRow(
                offer.SellerId, offer.Sku, Word.Of(offer.Condition), null,
                offer.Price.ToString(), offer.Shipping.ToString(), offer.LandedPrice.ToString(), offer.Quantity))));
        }

        return sheet with
        {
            Title = product.Title,
            Author = product.Author,
            Description = product.Description,
            Words = PriceWords.Of(lowest, _currency),
            Ladders = ladders,
            Histories = await history.ReadAsync(sheet.ProductId, at, ct),
            Reviews = await reviews.AtAsync(sheet.ProductId, at, ct),
        };
    }

    private static Ladder LadderOf(LowestPrice lowest, IEnumerable<LadderRow> rows) =>
        new(Word.Of(lowest.ListingType), lowest.Price.Currency, [.. rows], lowest.OfferCount);
}
