using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>Takes a review from view.</summary>
/// <param name="Reason">Why, in the moderator's words, 1 to 500 characters; kept with the event.</param>
public sealed record HideReview(string? Reason)
{
    /// <summary>The shape of the command; what it refuses is a 400.</summary>
    public sealed class Validator : AbstractValidator<HideReview>
    {
        /// <summary>Lays down the rules.</summary>
        public Validator() => RuleFor(x => x.Reason).Cascade(CascadeMode.Stop).IsThere().IsReason();
    }
}

/// <summary>POST …/hide.</summary>
[Tags("Reviews")]
public static class HideReviewEndpoint
{
    /// <summary>Hides; answers with the review.</summary>
    [ProducesResponseType<ReviewView>(200), Refuses(404)]
    [WolverinePost("/v1/reviews/{reviewId}/hide")]
    public static Task<IResult> Post(string reviewId, HideReview command, HttpContext http, Writes writes, CancellationToken ct) =>
        writes.OnAsync<Review>(http, ReviewId.Read(reviewId)!.Value.Key, Decide, ReviewAnswers.Current, ct, command.Reason);

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(Review? review) =>
        review is null ? ReviewAnswers.Unknown
        : review.IsHidden ? Decision.Nothing
        : Decision.Record(new ReviewHidden(review.ProductId, review.ReviewerId));
}
