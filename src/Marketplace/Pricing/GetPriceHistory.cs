using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Pricing;

/// <summary>GET of the steps of a product's lowest price.</summary>
[Tags("Prices")]
public static class GetPriceHistoryEndpoint
{
    /// <summary>
    /// The steps in effective time that are in force at some time in [from, to), each whole: with its own beginning and end, also where they
    /// lie outside.
    /// </summary>
    [ProducesResponseType<Page<PriceStep>>(200), Refuses(404)]
    [WolverineGet("/v1/products/{productId}/price-history")]
    public static Task<IResult> Get(string productId, string? listingType, string? currency, string? from, string? to, string? limit, string? after,
        HttpContext http, AsyncReads reads, PriceHistoryQueries history, KnownStreams streams, CancellationToken ct)
    {
        var query = new Query();
        var (type, only, most) = (query.Word<ListingType>("listingType", listingType), query.Currency("currency", currency), query.Limit(limit));
        var (first, end, keys) = (query.Instant("from", from), query.Instant("to", to), query.After(after, PriceStepCursor.List, 1));
        var next = keys is null ? null : PriceStepCursor.Decode(keys);
        if (listingType is null) query.Wrong("listingType", $"is required: one of {Word.All<ListingType>()}.");
        if (first >= end) query.Wrong("to", "must be later than from.");
        if (keys is not null && next is null) query.Wrong("after", "is not a cursor of this list; use the 'next' of the page before.");
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, nameof(PriceHistory), async position =>
        {
            if (!await streams.ContainAsync(StreamKeys.Product(productId), ct)) return PricingAnswers.UnknownProduct.ToResult();
            var currencies = only is null ? await history.CurrenciesAsync(productId, ct) : [only];
            return currencies switch
            {
                [] => Answer.Ok(new Page<PriceStep>([], null), position),
                [var one] => Answer.Ok(await history.StepsAsync(productId, type!.Value, one, next ?? first, end, most, ct), position),
                _ => Refusal.Invalid("currency", $"is required: the product has offers in {string.Join(", ", currencies)}.").ToResult(),
            };
        }, ct);
    }
}
