using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Wolverine.Http;

namespace Marketplace.Pricing;

/// <summary>GET of a product's lowest prices.</summary>
public static class GetLowestPricesEndpoint
{
    /// <summary>The lowest price per listing type and currency. The entity tag covers the items alone: it stays while no price moves.</summary>
    [WolverineGet("/v1/products/{productId}/lowest-prices")]
    public static Task<IResult> Get(
        string productId, HttpContext http, Reads reads, LowestPriceQueries prices, KnownStreams streams, CancellationToken ct) =>
        reads.AnswerAsync(http, async position =>
        {
            if (!await streams.ContainAsync(StreamKeys.Product(productId), ct)) return PricingAnswers.UnknownProduct.ToResult();
            return PricingAnswers.Of(await prices.OfAsync(productId, position, ct));
        }, ct);
}
