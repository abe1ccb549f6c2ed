using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>GET of what a product's reviews come to.</summary>
[Tags("Reviews")]
public static class GetReviewSummaryEndpoint
{
    /// <summary>Count, rated count, average and histogram of the product's visible reviews.</summary>
    [WolverineGet("/v1/products/{productId}/reviews/summary")]
    public static Task<IResult> Get(string productId, HttpContext http, Reads reads, ReviewQueries reviews, KnownStreams streams, CancellationToken ct) =>
        reads.AnswerAsync(http, async position =>
            await streams.ContainAsync(StreamKeys.Product(productId), ct)
                ? Answer.Ok(await reviews.SummaryAsync(productId, ct), position)
                : ReviewAnswers.NoProduct.ToResult(), ct);
}
