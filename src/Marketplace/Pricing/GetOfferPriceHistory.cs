using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Pricing;

/// <summary>GET of an offer's price points.</summary>
[Tags("Prices")]
public static class GetOfferPriceHistoryEndpoint
{
    /// <summary>The list's name in cursors.</summary>
    public const string List = "price-points";

    /// <summary>Every price the offer ever had, in their order, with who set it and why.</summary>
    [ProducesResponseType<Page<PricePoint>>(200), Refuses(404)]
    [WolverineGet("/v1/sellers/{sellerId}/offers/{sku}/price-history")]
    public static Task<IResult> Get(string sellerId, string sku, string? limit, string? after, HttpContext http, AsyncReads reads,
        PriceHistoryQueries history, KnownStreams streams, CancellationToken ct)
    {
        var query = new Query();
        var (most, keys) = (query.Limit(limit), query.After(after, List, 1));
        var last = keys is null ? 0 : query.Position("after", keys[0]) ?? 0;
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, nameof(PriceHistory), async position =>
            await streams.ContainAsync(StreamKeys.Offer(sellerId, sku), ct)
                ? Answer.Ok(await history.PointsAsync(sellerId, sku, last, most, ct), position)
                : PricingAnswers.UnknownOffer.ToResult(), ct);
    }
}
