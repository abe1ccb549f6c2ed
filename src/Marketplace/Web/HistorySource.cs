using Marketplace.Domain;
using Marketplace.Pricing;

namespace Marketplace.Web;

/// <summary>Gathers the charts of a product's lowest prices.</summary>
public sealed class HistorySource(PriceHistoryQueries history, LatestSteps latest)
{
    /// <summary>The most steps read for one chart: the latest. A chart of a longer history begins where the oldest of them does.</summary>
    public const int MostStepsRead = 50_000;

    /// <summary>The most steps in the table under a chart: the latest.</summary>
    public const int MostRows = 50;

    /// <summary>A chart for each listing type and currency in which the product had an offer by an instant, in the page's order.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="until">The charts' right edge, UTC.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<IReadOnlyList<History>> ReadAsync(string productId, DateTimeOffset until, CancellationToken ct)
    {
        var currencies = await history.CurrenciesAsync(productId, ct);
        var charts = new List<History>();
        foreach (var listingType in Enum.GetValues<ListingType>())
            foreach (var currency in currencies)
                if (await latest.ReadAsync(productId, listingType, currency, until, MostStepsRead, ct) is [var oldest, ..] steps)
                    charts.Add(new History(Word.Of(listingType), Chart(listingType, currency, steps, oldest.From, until), Rows(steps)));
        return charts;
    }

    /// <summary>One chart from the steps between two instants.</summary>
    public static Chart Chart(
        ListingType listingType, string currency, IEnumerable<PriceStep> steps, DateTimeOffset from, DateTimeOffset to) => new(
        $"Lowest price with shipping, {Word.Of(listingType)}, {currency}", currency, from, to,
        steps.Select(step => new ChartStep(step.From, step.LandedPrice?.Amount)));

    private static IReadOnlyList<HistoryRow> Rows(IReadOnlyList<PriceStep> steps) =>
    [
        .. steps.TakeLast(MostRows).Reverse().Select(step =>
            new HistoryRow(step.From, step.To, step.LandedPrice?.ToString(), step.SellerId, step.Sku)),
    ];
}
