using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Offers;

/// <summary>GET of an offer.</summary>
[Tags("Offers")]
public static class GetOfferEndpoint
{
    /// <summary>The offer with all its terms, its status and version.</summary>
    [ProducesResponseType<OfferView>(200), ProducesResponseType(304), Refuses(404)]
    [WolverineGet("/v1/sellers/{sellerId}/offers/{sku}")]
    public static Task<IResult> Get(string sellerId, string sku, HttpContext http, Reads reads, OfferQueries offers, CancellationToken ct) =>
        reads.AnswerAsync(http, async position =>
            await offers.FindAsync(sellerId, sku, ct) is { } offer
                ? Answer.Ok(offer, position, ETags.Of(offer.Version))
                : OfferAnswers.Unknown.ToResult(), ct);
}
