using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>GET of a product's reviews.</summary>
[Tags("Reviews")]
public static class GetProductReviewsEndpoint
{
    /// <summary>The product's visible reviews, most helpful first unless <c>sort</c> says otherwise.</summary>
    [ProducesResponseType<Page<ReviewView>>(200), Refuses(404)]
    [WolverineGet("/v1/products/{productId}/reviews")]
    public static Task<IResult> Get(string productId, string? sort, string? limit, string? after, HttpContext http, Reads reads,
        ReviewQueries reviews, KnownStreams streams, CancellationToken ct)
    {
        var query = new Query();
        var order = query.Word<ReviewSort>("sort", sort) ?? ReviewSort.Helpful;
        var (most, keys) = (query.Limit(limit), query.After(after, ReviewKey.ListName(order), 3));
        var key = keys is null ? null : ReviewKey.Decode(keys);
        if (keys is not null && key is null) query.Wrong("after", "is not a cursor of this list; use the 'next' of the page before.");
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, async position =>
            await streams.ContainAsync(StreamKeys.Product(productId), ct)
                ? Answer.Ok(await reviews.ListAsync(productId, order, key, most, ct), position)
                : ReviewAnswers.NoProduct.ToResult(), ct);
    }
}
