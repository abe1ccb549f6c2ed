using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>Says whether a review was helpful. A voter's second vote replaces the first.</summary>
/// <param name="Helpful">Whether it was.</param>
public sealed record VoteOnReview(bool? Helpful)
{
    /// <summary>The shape of the command; what it refuses is a 400.</summary>
    public sealed class Validator : AbstractValidator<VoteOnReview>
    {
        /// <summary>Lays down the rules.</summary>
        public Validator() => RuleFor(x => x.Helpful).IsThere();
    }
}

/// <summary>PUT of a vote.</summary>
[Tags("Reviews")]
public static class VoteOnReviewEndpoint
{
    /// <summary>Votes; answers with the review.</summary>
    [ProducesResponseType<ReviewView>(200), Refuses(404)]
    [WolverinePut("/v1/reviews/{reviewId}/votes/{voterId}")]
    public static Task<IResult> Put(string reviewId, string voterId, VoteOnReview command, HttpContext http, Writes writes, CancellationToken ct) =>
        writes.OnAsync<Review>(http, ReviewId.Read(reviewId)!.Value.Key, review => Decide(command, voterId, review), ReviewAnswers.Current, ct);

    /// <summary>The decision: pure. Reviewers do not vote on their own reviews; what is out of view is not voted on.</summary>
    public static Decision Decide(VoteOnReview command, string voterId, Review? review)
    {
        if (review is null) return ReviewAnswers.Unknown;
        if (voterId == review.ReviewerId) return ReviewAnswers.OwnReview;
        if (review.Status != ReviewStatus.Visible) return ReviewAnswers.NotVisible(review.Status);
        bool? old = review.Votes.TryGetValue(voterId, out var before) ? before : null;
        return old == command.Helpful ? Decision.Nothing
            : Decision.Record(new ReviewVoted(review.ProductId, review.ReviewerId, voterId, old, command.Helpful!.Value));
    }
}
