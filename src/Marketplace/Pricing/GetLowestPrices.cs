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
        CurrentPrices prices, PriceHistoryQueries history, KnownStreams streams, TimeProvider clock, CancellationToken ct)
    {
        if (asOf is null && atPosition is null) return reads.AnswerAsync(http, look => NowAsync(productId, look, prices, ct), ct);
        var query = new Query();
        var moment = Moment.Read(query, asOf, atPosition, clock);
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return pastReads.AnswerAsync(http, nameof(PriceHistory), moment!, async position =>
            await streams.ContainAsync(StreamKeys.Product(productId), ct)
                ? PricingAnswers.Of(await history.LowestPricesAsync(productId, moment!, position, ct), position)
                : PricingAnswers.UnknownProduct.ToResult(), ct);
    }

    private static Task<IResult> NowAsync(string productId, Look look, CurrentPrices prices, CancellationToken ct)
    {
        var pending = prices.OfAsync(productId, look, ct);
        return pending.IsCompletedSuccessfully ? Task.FromResult(Result(pending.Result, look)) : AwaitAsync(pending.AsTask(), look);
    }

    private static async Task<IResult> AwaitAsync(Task<ReadyPrices?> prices, Look look) => Result(await prices, look);

    private static IResult Result(ReadyPrices? prices, Look look) =>
        prices is null ? PricingAnswers.UnknownProduct.ToResult() : Answer.Json(prices.Answer(look), look.Complete, prices.ETag);
}
