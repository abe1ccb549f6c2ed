using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Pricing;

/// <summary>GET of a product's lowest prices.</summary>
[Tags("Prices")]
public static class GetLowestPricesEndpoint
{
    /// <summary>
    /// The lowest price per listing type and currency, now or as it stood at an instant or a position. The entity tag covers the items alone:
    /// it stays while no price moves.
    /// </summary>
    [ProducesResponseType<LowestPrices>(200), ProducesResponseType(304), Refuses(404)]
    [WolverineGet("/v1/products/{productId}/lowest-prices")]
    public static Task<IResult> Get(string productId, string? asOf, string? atPosition, HttpContext http, Reads reads, AsyncReads pastReads,
        LowestPriceQueries prices, PriceHistoryQueries history, KnownStreams streams, TimeProvider clock, CancellationToken ct)
    {
        var query = new Query();
        var moment = Moment.Read(query, asOf, atPosition, clock);
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return moment is null
            ? reads.AnswerAsync(http, position => AnswerAsync(position, () => prices.OfAsync(productId, position, ct)), ct)
            : pastReads.AnswerAsync(http, nameof(PriceHistory), moment,
                position => AnswerAsync(position, () => history.LowestPricesAsync(productId, moment, position, ct)), ct);

        async Task<IResult> AnswerAsync(long position, Func<Task<LowestPrices>> read) =>
            await streams.ContainAsync(StreamKeys.Product(productId), ct)
                ? PricingAnswers.Of(await read(), position)
                : PricingAnswers.UnknownProduct.ToResult();
    }
}
