using Marketplace.Domain;
using Npgsql;

namespace Marketplace.Reviews;

/// <summary>A review as the API shows it.</summary>
/// <param name="ReviewId"><c>{productId}~{reviewerId}</c>.</param>
/// <param name="ProductId">The product reviewed.</param>
/// <param name="ReviewerId">Who reviews.</param>
/// <param name="Rating">1 to 5, or null.</param>
/// <param name="Title">The headline.</param>
/// <param name="Body">The text.</param>
/// <param name="Helpful">How many voters found it helpful.</param>
/// <param name="Unhelpful">How many voters did not.</param>
/// <param name="WrittenAt">When rating and words in force were written, UTC.</param>
/// <param name="Status">Whether it counts and is shown; reads show visible ones only.</param>
/// <param name="Version">The number of the review's events; its entity tag.</param>
public sealed record ReviewView(string ReviewId, string ProductId, string ReviewerId, int? Rating, string Title, string Body,
    int Helpful, int Unhelpful, DateTimeOffset WrittenAt, ReviewStatus Status, long Version)
{
    /// <summary>The columns of <c>review</c> in the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns = "product_id, reviewer_id, rating, title, body, helpful, unhelpful, written_at, status, version";

    /// <summary>The view of a state.</summary>
    public static ReviewView Of(Review review, long version) => new(new ReviewId(review.ProductId, review.ReviewerId).ToString(), review.ProductId,
        review.ReviewerId, review.Rating, review.Title, review.Body, review.Helpful, review.Votes.Count - review.Helpful, review.WrittenAt,
        review.Status, version);

    /// <summary>The view of a row.</summary>
    public static ReviewView Read(NpgsqlDataReader row)
    {
        var id = new ReviewId(row.GetString(0), row.GetString(1));
        return new ReviewView(id.ToString(), id.ProductId, id.ReviewerId, row.IsDBNull(2) ? null : row.GetInt32(2), row.GetString(3), row.GetString(4),
            row.GetInt32(5), row.GetInt32(6), row.GetFieldValue<DateTimeOffset>(7), Word.Parse<ReviewStatus>(row.GetString(8))!.Value, row.GetInt64(9));
    }
}
