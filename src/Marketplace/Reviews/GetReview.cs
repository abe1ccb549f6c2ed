using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>GET of a review.</summary>
[Tags("Reviews")]
public static class GetReviewEndpoint
{
    /// <summary>The review while it is visible; a hidden or withdrawn one is 404 here and stays in the audit.</summary>
    [ProducesResponseType<ReviewView>(200), ProducesResponseType(304), Refuses(404)]
    [WolverineGet("/v1/reviews/{reviewId}")]
    public static Task<IResult> Get(string reviewId, HttpContext http, Reads reads, ReviewQueries reviews, CancellationToken ct) =>
        reads.AnswerAsync(http, async position =>
            await reviews.FindAsync(ReviewId.Read(reviewId)!.Value, ct) is { } review
                ? Answer.Ok(review, position, ETags.Of(review.Version))
                : ReviewAnswers.Unknown.ToResult(), ct);
}
