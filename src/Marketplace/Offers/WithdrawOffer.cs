using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Offers;

/// <summary>DELETE of an offer: the seller takes it back; its history stays. The reason is the header <c>Marketplace-Reason</c>.</summary>
[Tags("Offers")]
public static class WithdrawOfferEndpoint
{
    /// <summary>Withdraws; 204, and 204 again.</summary>
    [ProducesResponseType(204), Refuses(404)]
    [WolverineDelete("/v1/sellers/{sellerId}/offers/{sku}")]
    public static Task<IResult> Delete(string sellerId, string sku, HttpContext http, [FromServices] Writes writes, CancellationToken ct) =>
        writes.OnAsync<Offer>(http, StreamKeys.Offer(sellerId, sku), Decide,
            outcome => Answer.NoContent(outcome.Position, ETags.Of(outcome.Version)), ct);

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(Offer? offer) =>
        offer is null ? OfferAnswers.Unknown
        : offer.IsWithdrawn ? Decision.Nothing
        : Decision.Record(new OfferWithdrawn(offer.ProductId, offer.SellerId, offer.Sku));
}
