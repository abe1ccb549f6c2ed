using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>POST …/restore: a moderator lifts the hiding. A review that its reviewer withdrew stays withdrawn.</summary>
[Tags("Reviews")]
public static class RestoreReviewEndpoint
{
    /// <summary>Restores; answers with the review.</summary>
    [ProducesResponseType<ReviewView>(200), Refuses(404)]
    [WolverinePost("/v1/reviews/{reviewId}/restore")]
    public static Task<IResult> Post(string reviewId, HttpContext http, [FromServices] Writes writes, CancellationToken ct) =>
        writes.OnAsync<Review>(http, ReviewId.Read(reviewId)!.Value.Key, Decide, ReviewAnswers.Current, ct);

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(Review? review) =>
        review is null ? ReviewAnswers.Unknown
        : !review.IsHidden ? Decision.Nothing
        : Decision.Record(new ReviewRestored(review.ProductId, review.ReviewerId));
}
