using Marketplace.Catalog;
using Marketplace.Http;
using Marketplace.Pricing;

namespace Marketplace.Web;

/// <summary>Gathers what the list of products shows from the slices' queries.</summary>
public sealed class ProductsSource(
    ProductQueries products, PastProducts pastProducts, LowestPriceQueries prices, PriceHistoryQueries pastPrices,
    IConfiguration configuration)
{
    private readonly string _currency = PageInWords.Currency(configuration);

    /// <summary>A page of products after an id, with their lowest prices now or as of an instant.</summary>
    /// <param name="origin">Scheme and host the reader came by.</param>
    /// <param name="asOf">Now, an instant, or something wrong, for which no product is shown.</param>
    /// <param name="afterId">The last product of the page before; empty for the first page.</param>
    /// <param name="position">The position through which what is read is known to be complete.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ProductsView> ReadAsync(string origin, AsOf asOf, string afterId, long position, CancellationToken ct)
    {
        var first = afterId.Length == 0;
        if (asOf.Wrong is not null)
            return new ProductsView(origin, asOf, [], first, null);

        var page = await products.ListAsync(afterId, GetProductsPageEndpoint.PageSize, ct);
        var lines = asOf.At is { } at ? await PastLinesAsync(page.Items, at, position, ct) : await LinesAsync(page.Items, position, ct);
        return new ProductsView(origin, asOf, lines, first, page.Next);
    }

    private async Task<IReadOnlyList<ProductLine>> LinesAsync(IReadOnlyList<ProductView> page, long position, CancellationToken ct)
    {
        var lowest = await prices.OfEachAsync([.. page.Select(product => product.ProductId)], position, ct);
        return [.. page.Select(product => new ProductLine(product.ProductId, product.Title, product.Author,
            PriceWords.Of(lowest[product.ProductId].Prices.Items, _currency)))];
    }

    private async Task<IReadOnlyList<ProductLine>> PastLinesAsync(
        IReadOnlyList<ProductView> page, DateTimeOffset at, long position, CancellationToken ct)
    {
        var lines = new List<ProductLine>();
        foreach (var id in page.Select(product => product.ProductId))
            if (await pastProducts.AtAsync(id, at, ct) is { } product)
            {
                var lowest = await pastPrices.LowestPricesAsync(id, new Moment(at, null), position, ct);
                lines.Add(new ProductLine(id, product.Title, product.Author, PriceWords.Of(lowest.Items, _currency)));
            }

        return lines;
    }
}
