using System.Globalization;
using Marketplace.Domain;
using Marketplace.Http;

namespace Marketplace.Reviews;

/// <summary>Where a review stands in a list of its product's reviews: what a cursor carries. Both orders run from the greatest key down.</summary>
/// <param name="Helpful">Votes that say helpful; most first, in the order by helpful.</param>
/// <param name="WrittenAt">Written last first.</param>
/// <param name="ReviewerId">Ties: by reviewer, ordinal, backwards.</param>
public sealed record ReviewKey(int Helpful, DateTimeOffset WrittenAt, string ReviewerId)
{
    /// <summary>Above every review: no id begins with a tilde, and nobody writes in the year 9999.</summary>
    public static ReviewKey First { get; } = new(int.MaxValue, new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero), "~");

    /// <summary>The key of a review.</summary>
    public static ReviewKey Of(ReviewView review) => new(review.Helpful, review.WrittenAt, review.ReviewerId);

    /// <summary>The name in cursors of the list in this order.</summary>
    public static string ListName(ReviewSort sort) => $"reviews-{Word.Of(sort)}";

    /// <summary>The cursor after this key.</summary>
    public string Encode(ReviewSort sort) => Cursor.Encode(ListName(sort), Helpful.ToString(CultureInfo.InvariantCulture),
        WrittenAt.UtcTicks.ToString(CultureInfo.InvariantCulture), ReviewerId);

    /// <summary>Reads the values of a cursor; null when they are none of such a list's.</summary>
    public static ReviewKey? Decode(string[] keys) =>
        int.TryParse(keys[0], NumberStyles.None, CultureInfo.InvariantCulture, out var helpful)
        && long.TryParse(keys[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks >= DateTimeOffset.UnixEpoch.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new ReviewKey(helpful, new DateTimeOffset(ticks, TimeSpan.Zero), keys[2])
            : null;
}
