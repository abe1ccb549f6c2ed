using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;

namespace Marketplace.Reviews;

/// <summary>The answers that the writes on a review share.</summary>
public static class ReviewAnswers
{
    /// <summary>The most characters of a headline.</summary>
    public const int MaxTitle = 200;

    /// <summary>The most characters of a review's text.</summary>
    public const int MaxBody = 20_000;

    /// <summary>The review as it is now: 201 when it was submitted for the first time, 200 otherwise.</summary>
    public static IResult Current(Outcome<Review> outcome)
    {
        var (view, etag) = (ReviewView.Of(outcome.State!, outcome.Version), ETags.Of(outcome.Version));
        return outcome.Created
            ? Answer.Created($"/v1/reviews/{view.ReviewId}", view, outcome.Position, etag)
            : Answer.Ok(view, outcome.Position, etag);
    }

    /// <summary>404: never submitted; or, to readers, not visible.</summary>
    public static Refusal Unknown { get; } = Refusal.NotFound("There is no such review.");

    /// <summary>404.</summary>
    public static Refusal NoProduct { get; } = Refusal.NotFound("There is no such product.");

    /// <summary>409: only visible reviews are voted on.</summary>
    public static Refusal NotVisible(ReviewStatus status) =>
        Refusal.Conflict($"review-{Word.Of(status)}", $"The review is {Word.Of(status)}; only visible reviews are voted on.");

    /// <summary>409.</summary>
    public static Refusal OwnReview { get; } = Refusal.Conflict("own-review", "Reviewers do not vote on their own reviews.");
}
