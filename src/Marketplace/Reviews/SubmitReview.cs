using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>Submits a review; a second one by the same reviewer revises the first. What is left out is then absent.</summary>
/// <param name="ReviewerId">Who reviews.</param>
/// <param name="Rating">1 to 5, or null for none.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Body">1 to 20,000 characters.</param>
public sealed record SubmitReview(string? ReviewerId, int? Rating, string? Title, string? Body)
{
    /// <summary>The shape of the command; what it refuses is a 400.</summary>
    public sealed class Validator : AbstractValidator<SubmitReview>
    {
        /// <summary>Lays down the rules.</summary>
        public Validator()
        {
            RuleFor(x => x.ReviewerId).Cascade(CascadeMode.Stop).IsThere().IsId();
            RuleFor(x => x.Rating).InclusiveBetween(1, 5).WithMessage("must be from 1 to 5.");
            RuleFor(x => x.Title).Cascade(CascadeMode.Stop).IsThere().IsText(1, ReviewAnswers.MaxTitle);
            RuleFor(x => x.Body).Cascade(CascadeMode.Stop).IsThere().IsText(1, ReviewAnswers.MaxBody);
        }
    }
}

/// <summary>POST of a review.</summary>
[Tags("Reviews")]
public static class SubmitReviewEndpoint
{
    /// <summary>Submits the review (201) or revises the reviewer's earlier one (200).</summary>
    [ProducesResponseType<ReviewView>(200), ProducesResponseType<ReviewView>(201), Refuses(404)]
    [WolverinePost("/v1/products/{productId}/reviews")]
    public static async Task<IResult> Post(string productId, SubmitReview command, HttpContext http, Writes writes, KnownStreams streams,
        CancellationToken ct)
    {
        if (!await streams.ContainAsync(StreamKeys.Product(productId), ct)) return ReviewAnswers.NoProduct.ToResult();
        return await writes.OnAsync<Review>(http, StreamKeys.Review(productId, command.ReviewerId!), review => Decide(command, productId, review),
            ReviewAnswers.Current, ct);
    }

    /// <summary>The decision: pure. Submitting brings a withdrawn review back; a hidden one stays hidden.</summary>
    public static Decision Decide(SubmitReview command, string productId, Review? review)
    {
        var (reviewerId, title, body) = (command.ReviewerId!, command.Title!, command.Body!);
        if (review is null || review.IsWithdrawn) return Decision.Record(new ReviewSubmitted(productId, reviewerId, command.Rating, title, body));
        return (review.Rating, review.Title, review.Body) == (command.Rating, title, body)
            ? Decision.Nothing
            : Decision.Record(new ReviewRevised(productId, reviewerId, command.Rating, title, body));
    }
}
