using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Reviews;

namespace Marketplace.Web;

/// <summary>
/// Gathers what a product's page shows of its reviews. In the past it shows of that day's reviews those that are visible today: what has
/// been hidden or withdrawn since counts in that day's summary, but its words stay out of sight.
/// </summary>
public sealed class ReviewsSource(ReviewQueries reviews, ReviewHistoryQueries history)
{
    /// <summary>The most reviews on a page: the most helpful ones.</summary>
    public const int MostReviews = 20;

    /// <summary>The reviews now.</summary>
    public async Task<ReviewsView> PresentAsync(string productId, CancellationToken ct)
    {
        var page = await reviews.ListAsync(productId, ReviewSort.Helpful, null, MostReviews, ct);
        return View(await reviews.SummaryAsync(productId, ct), page.Items);
    }

    /// <summary>The reviews as they stood at an instant, UTC, effective time.</summary>
    public async Task<ReviewsView> AtAsync(string productId, DateTimeOffset at, CancellationToken ct)
    {
        var shown = new List<ReviewView>();
        foreach (var review in await history.ListAsync(productId, at, MostReviews, ct))
            if (await reviews.FindAsync(new ReviewId(review.ProductId, review.ReviewerId), ct) is not null)
                shown.Add(review);
        return View(await history.SummaryAsync(productId, new Moment(at, null), ct), shown);
    }

    private static ReviewsView View(ReviewSummary summary, IEnumerable<ReviewView> shown) => new(
        summary.Count,
        summary.RatedCount,
        summary.Average,
        [.. summary.Histogram.OrderBy(stars => stars.Key, StringComparer.Ordinal).Select(stars => stars.Value)],
        [.. shown.Select(review => new ReviewText(review.ReviewerId, review.Rating, review.Title, review.Body, review.WrittenAt,
            review.Helpful, review.Helpful + review.Unhelpful))]);
}
