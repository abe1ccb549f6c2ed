using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Pricing;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Web;

/// <summary>GET of a product's lowest price over time as a picture.</summary>
[Tags("Prices")]
public static class GetPriceChartEndpoint
{
    /// <summary>
    /// The steps of the lowest price between two instants, UTC, as a step chart; without <c>to</c> up to now, without <c>from</c> from the
    /// first of at most <see cref="HistorySource.MostStepsRead"/> steps. The parameters are those of the price history.
    /// </summary>
    [ProducesResponseType<string>(200, "image/svg+xml"), Refuses(404)]
    [WolverineGet("/v1/products/{productId}/price-history.svg")]
    public static Task<IResult> Get(string productId, string? listingType, string? currency, string? from, string? to, HttpContext http,
        AsyncReads reads, PriceHistoryQueries history, LatestSteps latest, KnownStreams streams, TimeProvider clock, CancellationToken ct)
    {
        var query = new Query();
        var (type, only) = (query.Word<ListingType>("listingType", listingType), query.Currency("currency", currency));
        var (left, right) = (query.Instant("from", from), query.Instant("to", to) ?? clock.GetUtcNow());
        if (listingType is null) query.Wrong("listingType", $"is required: one of {Word.All<ListingType>()}.");
        if (left >= right) query.Wrong("to", "must be later than from.");
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, nameof(PriceHistory), async position =>
        {
            if (!await streams.ContainAsync(StreamKeys.Product(productId), ct)) return PricingAnswers.UnknownProduct.ToResult();
            var currencies = only is null ? await history.CurrenciesAsync(productId, ct) : [only];
            if (currencies.Count > 1)
                return Refusal.Invalid("currency", $"is required: the product has offers in {string.Join(", ", currencies)}.").ToResult();

            // A product that never had an offer has an empty chart, in whatever currency.
            var money = currencies.Count == 0 ? "USD" : currencies[0];
            var steps = await latest.ReadAsync(productId, type!.Value, money, right, HistorySource.MostStepsRead, ct);
            var chart = HistorySource.Chart(type.Value, money, steps, left ?? (steps.Count > 0 ? steps[0].From : right.AddDays(-1)), right);
            return HtmlResult.Svg(StepChart.RenderStandalone(chart), position);
        }, ct);
    }
}
