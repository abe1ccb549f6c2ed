using System.Globalization;

namespace Marketplace.Web;

/// <summary>The reviews of a product and what they say together.</summary>
public static class ReviewsSection
{
    /// <summary>The section's markup.</summary>
    public static Html Render(ProductSheet view) => Html.Of($"""
        <h2>Reviews</h2>
        {(view.Reviews.Count == 0 ? Html.Constant("<p>Nobody has reviewed it.</p>") : Summary(view.Reviews))}
        {view.Reviews.Reviews.Select(Review)}
        """);

    private static Html Summary(ReviewsView reviews) => Html.Of($"""
        <p>{Plural(reviews.Count, "review")}, {(reviews.Average is { } average ? $"{average.ToString("0.00", CultureInfo.InvariantCulture)} of 5 stars on average of {Plural(reviews.RatedCount, "rating")}" : "none with a rating")}.{(reviews.Reviews.Count < reviews.Count ? $" The {reviews.Reviews.Count} most helpful are shown." : "")}</p>
        {Html.When(reviews.RatedCount > 0, () => Html.Of($"""
            <table class="histogram"><caption>Ratings</caption>
            <thead><tr><th scope="col">Stars</th><th scope="col">Share</th><th scope="col" class="num">Reviews</th></tr></thead>
            <tbody>{Enumerable.Range(1, 5).Reverse().Select(stars => Stars(stars, reviews.Histogram[stars - 1], reviews.RatedCount))}</tbody></table>
            """))}
        """);

    private static Html Stars(int stars, long count, long rated) => Html.Of($"""

        <tr><th scope="row">{stars}</th><td><meter min="0" max="{rated}" value="{count}" aria-label="{count} of {rated}">{count} of {rated}</meter></td><td class="num">{count}</td></tr>
        """);

    private static Html Review(ReviewText review) => Html.Of($"""

        <article>
        <h3>{review.Title}</h3>
        <p class="soft">{(review.Rating is { } rating ? Html.Of($"<span role=\"img\" aria-label=\"{rating} of 5 stars\">{new string('★', rating)}{new string('☆', 5 - rating)}</span> · ") : Html.Empty)}by {review.ReviewerId}, <time datetime="{InstantText.Iso(review.At)}">{InstantText.Of(review.At)}</time>{(review.Votes > 0 ? $" · {review.Helpful} of {review.Votes} found it helpful" : "")}</p>
        <p class="text">{review.Body}</p>
        </article>
        """);

    private static string Plural(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count.ToString(CultureInfo.InvariantCulture)} {noun}s";
}
