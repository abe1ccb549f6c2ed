using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Offers;

/// <summary>GET of a product's ladder of offers.</summary>
[Tags("Products")]
public static class GetLadderEndpoint
{
    /// <summary>The product's active offers by landed price, one currency after another.</summary>
    [ProducesResponseType<Page<OfferView>>(200), Refuses(404)]
    [WolverineGet("/v1/products/{productId}/offers")]
    public static Task<IResult> Get(string productId, string? listingType, string? currency, string? limit, string? after, HttpContext http,
        Reads reads, OfferQueries offers, KnownStreams streams, CancellationToken ct)
    {
        var query = new Query();
        var (type, only, most, keys) = (query.Word<ListingType>("listingType", listingType), query.Currency("currency", currency),
            query.Limit(limit), query.After(after, OfferQueries.LadderList, 5));
        var key = keys is null ? null : LadderKey.Decode(keys);
        if (keys is not null && key is null) query.Wrong("after", "is not a cursor of this list; use the 'next' of the page before.");
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, async position =>
            await streams.ContainAsync(StreamKeys.Product(productId), ct)
                ? Answer.Ok(await offers.LadderAsync(productId, type, only, key, most, ct), position)
                : Refusal.NotFound("There is no such product.").ToResult(), ct);
    }
}
