using System.Globalization;

namespace Marketplace.Web;

/// <summary>The reviews of a product and what they say together.</summary>
public static class ReviewsSection
{
    /// <summary>The section's markup.</summary>
    public static Html Render(ReviewsView reviews) => Html.Of($"""
        <h2>Reviews</h2>
        {(reviews.Count == 0 ? Html.Constant("<p>Nobody has reviewed it.</p>") : Summary(reviews))}
        {reviews.Reviews.Select(Review)}
        """);

    private static Html Summary(ReviewsView reviews) => Html.Of($"""
        <p>{Plural(reviews.Count, "review")}, {Average(reviews)}.{Shown(reviews)}</p>
        {Html.When(reviews.RatedCount > 0, () => Histogram(reviews))}
        """);

    private static string Average(ReviewsView reviews) => reviews.Average is { } average
        ? $"{average.ToString("0.00", CultureInfo.InvariantCulture)} of 5 stars on average of {Plural(reviews.RatedCount, "rating")}"
        : "none with a rating";

    private static string Shown(ReviewsView reviews) => reviews.Reviews.Count < reviews.Count
        ? $" Shown: {reviews.Reviews.Count}, the most helpful first."
        : "";

    private static Html Histogram(ReviewsView reviews) => Html.Of($"""
        <table class="histogram"><caption>Ratings</caption>
        <thead><tr><th scope="col">Stars</th><th scope="col">Share</th><th scope="col" class="num">Reviews</th></tr></thead>
        <tbody>{new[] { 5, 4, 3, 2, 1 }.Select(stars => Stars(stars, reviews.Histogram[stars - 1], reviews.RatedCount))}</tbody></table>
        """);

    private static Html Stars(int stars, long count, long rated) => Html.Of($"""

        <tr>
        <th scope="row">{stars}</th>
        <td><meter min="0" max="{rated}" value="{count}" aria-label="{count} of {rated}">{count} of {rated}</meter></td>
        <td class="num">{count}</td>
        </tr>
        """);

    private static Html Review(ReviewText review) => Html.Of($"""

        <article>
        <h3>{review.Title}</h3>
        <p class="soft">{Rating(review.Rating)}by {review.ReviewerId},
        <time datetime="{InstantText.Iso(review.At)}">{InstantText.Of(review.At)}</time>{Votes(review)}</p>
        <p class="text">{review.Body}</p>
        </article>
        """);

    private static Html Rating(int? rating) => rating is { } stars
        ? Html.Of($"<span role=\"img\" aria-label=\"{stars} of 5 stars\">{"★★★★★"[..stars]}{"☆☆☆☆☆"[stars..]}</span> · ")
        : Html.Empty;

    private static string Votes(ReviewText review) => review.Votes > 0 ? $" · {review.Helpful} of {review.Votes} found it helpful" : "";

    private static string Plural(long count, string noun) =>
        count == 1 ? $"1 {noun}" : $"{count.ToString(CultureInfo.InvariantCulture)} {noun}s";
}
