using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Offers;

/// <summary>POST …/resume: puts a paused offer back.</summary>
[Tags("Offers")]
public static class ResumeOfferEndpoint
{
    /// <summary>Resumes; answers with the offer.</summary>
    [ProducesResponseType<OfferView>(200), Refuses(404)]
    [WolverinePost("/v1/sellers/{sellerId}/offers/{sku}/resume")]
    public static Task<IResult> Post(string sellerId, string sku, HttpContext http, [FromServices] Writes writes, CancellationToken ct) =>
        writes.OnAsync<Offer>(http, StreamKeys.Offer(sellerId, sku), Decide, OfferAnswers.Current, ct);

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(Offer? offer) =>
        offer is null ? OfferAnswers.Unknown
        : offer.IsWithdrawn ? OfferAnswers.Withdrawn
        : !offer.IsPaused ? Decision.Nothing
        : Decision.Record(new OfferResumed(offer.ProductId, offer.SellerId, offer.Sku));
}
