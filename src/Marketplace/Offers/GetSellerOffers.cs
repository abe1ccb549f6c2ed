using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Offers;

/// <summary>GET of a seller's offers.</summary>
[Tags("Offers")]
public static class GetSellerOffersEndpoint
{
    /// <summary>The list's name in cursors.</summary>
    public const string List = "seller-offers";

    /// <summary>The seller's offers by sku; without a status all of them, withdrawn ones too.</summary>
    [ProducesResponseType<Page<OfferView>>(200)]
    [WolverineGet("/v1/sellers/{sellerId}/offers")]
    public static Task<IResult> Get(
        string sellerId, string? status, string? limit, string? after, HttpContext http, Reads reads, OfferQueries offers, CancellationToken ct)
    {
        var query = new Query();
        var (only, most, keys) = (query.Word<OfferStatus>("status", status), query.Limit(limit), query.After(after, List, 1));
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, async position =>
            Answer.Ok(await offers.OfSellerAsync(sellerId, only, keys?[0] ?? "", most, ct), position), ct);
    }
}
