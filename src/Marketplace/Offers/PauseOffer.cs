using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Offers;

/// <summary>POST …/pause: takes the offer out of competition, whatever its quantity.</summary>
[Tags("Offers")]
public static class PauseOfferEndpoint
{
    /// <summary>Pauses; answers with the offer.</summary>
    [ProducesResponseType<OfferView>(200), Refuses(404)]
    [WolverinePost("/v1/sellers/{sellerId}/offers/{sku}/pause")]
    public static Task<IResult> Post(string sellerId, string sku, HttpContext http, [FromServices] Writes writes, CancellationToken ct) =>
        writes.OnAsync<Offer>(http, StreamKeys.Offer(sellerId, sku), Decide, OfferAnswers.Current, ct);

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(Offer? offer) =>
        offer is null ? OfferAnswers.Unknown
        : offer.IsWithdrawn ? OfferAnswers.Withdrawn
        : offer.IsPaused ? Decision.Nothing
        : Decision.Record(new OfferPaused(offer.ProductId, offer.SellerId, offer.Sku));
}
