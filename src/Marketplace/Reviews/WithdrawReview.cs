using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>DELETE of a review: the reviewer takes it back; its history stays.</summary>
[Tags("Reviews")]
public static class WithdrawReviewEndpoint
{
    /// <summary>Withdraws; 204, and 204 again.</summary>
    [ProducesResponseType(204), Refuses(404)]
    [WolverineDelete("/v1/reviews/{reviewId}")]
    public static Task<IResult> Delete(string reviewId, HttpContext http, [FromServices] Writes writes, CancellationToken ct) =>
        writes.OnAsync<Review>(http, ReviewId.Read(reviewId)!.Value.Key, Decide,
            outcome => Answer.NoContent(outcome.Position, ETags.Of(outcome.Version)), ct);

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(Review? review) =>
        review is null ? ReviewAnswers.Unknown
        : review.IsWithdrawn ? Decision.Nothing
        : Decision.Record(new ReviewWithdrawn(review.ProductId, review.ReviewerId));
}
