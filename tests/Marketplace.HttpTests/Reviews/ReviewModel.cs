using Marketplace.Domain;
using Marketplace.Reviews;

namespace Marketplace.HttpTests.Reviews;

/// <summary>One command on one review, as a test makes it up.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Reviewer">On whose review.</param>
/// <param name="Value">A rating (0: none) or a voter.</param>
/// <param name="Flag">A choice of words, or of the vote.</param>
/// <param name="Minute">When it takes effect, in minutes from the beginning of the test's time; null: now.</param>
public sealed record ReviewStep(string Kind, string Reviewer, int Value, bool Flag, int? Minute)
{
    /// <summary>Who votes; the first is a reviewer too.</summary>
    public string Voter => Value == 0 ? Reviewer : $"voter-{Value}";

    /// <summary>The words of a review.</summary>
    public string Words => Flag ? "Good" : "Bad";

    /// <summary>The program's own decision.</summary>
    public Decision Decide(string productId, Review? review) => Kind switch
    {
        "submit" => SubmitReviewEndpoint.Decide(new SubmitReview(Reviewer, Value == 0 ? null : Value, Words, Words + "."), productId, review),
        "vote" => VoteOnReviewEndpoint.Decide(new VoteOnReview(Flag), Voter, review),
        "hide" => HideReviewEndpoint.Decide(review),
        "restore" => RestoreReviewEndpoint.Decide(review),
        _ => WithdrawReviewEndpoint.Decide(review),
    };
}

/// <summary>A review as a plain model sees it; written from the rules in words, not from the program.</summary>
public sealed record ModelReview(int Rating, string Title, bool Hidden, bool Withdrawn, IReadOnlyDictionary<string, bool> Votes, int Version)
{
    public bool Visible => !Hidden && !Withdrawn;

    /// <summary>The review after a step; the same instance when nothing changes; null when the step is refused.</summary>
    public static ModelReview? After(ModelReview? review, ReviewStep step)
    {
        if (step.Kind == "submit")
        {
            if (review is null) return new ModelReview(step.Value, step.Words, false, false, new Dictionary<string, bool>(), 1);
            var same = !review.Withdrawn && review.Rating == step.Value && review.Title == step.Words;
            return same ? review : review with { Rating = step.Value, Title = step.Words, Withdrawn = false, Version = review.Version + 1 };
        }
        if (review is null) return null;
        var changed = step.Kind switch
        {
            "hide" => review with { Hidden = true },
            "restore" => review with { Hidden = false },
            "withdraw" => review with { Withdrawn = true },
            _ when step.Voter == step.Reviewer || !review.Visible => null,
            _ when review.Votes.TryGetValue(step.Voter, out var vote) && vote == step.Flag => review,
            _ => review with { Votes = new Dictionary<string, bool>(review.Votes) { [step.Voter] = step.Flag } },
        };
        return changed is null || changed == review ? changed is null ? null : review : changed with { Version = review.Version + 1 };
    }
}

/// <summary>All reviews of one product, and everything they ever were.</summary>
public sealed class ReviewModel
{
    private readonly List<(long Position, DateTimeOffset At, string Reviewer, ModelReview Review)> _history = [];

    /// <summary>The reviews as they are now.</summary>
    public SortedDictionary<string, ModelReview> Now { get; } = new(StringComparer.Ordinal);

    /// <summary>The positions at which something changed.</summary>
    public IEnumerable<long> Positions => _history.Select(h => h.Position);

    /// <summary>When the review last changed.</summary>
    public DateTimeOffset LastChange(string reviewer) => _history.Where(h => h.Reviewer == reviewer).Select(h => h.At).DefaultIfEmpty().Last();

    /// <summary>Notes a change.</summary>
    public void Record(string reviewer, ModelReview review, long position, DateTimeOffset at)
    {
        Now[reviewer] = review;
        _history.Add((position, at, reviewer, review));
    }

    /// <summary>The reviews as of an instant.</summary>
    public IReadOnlyDictionary<string, ModelReview> At(DateTimeOffset instant) => Last(_history.Where(h => h.At <= instant).OrderBy(h => h.At).ThenBy(h => h.Position));

    /// <summary>The reviews as of a position.</summary>
    public IReadOnlyDictionary<string, ModelReview> At(long position) => Last(_history.Where(h => h.Position <= position));

    /// <summary>Counts by rating: none, 1, 2, 3, 4, 5.</summary>
    public static ReviewSummary Summary(IEnumerable<ModelReview> reviews)
    {
        var counts = new long[6];
        foreach (var review in reviews.Where(r => r.Visible)) counts[review.Rating]++;
        return ReviewSummary.Of(counts);
    }

    private static Dictionary<string, ModelReview> Last(IEnumerable<(long, DateTimeOffset, string Reviewer, ModelReview Review)> changes)
    {
        var reviews = new Dictionary<string, ModelReview>();
        foreach (var change in changes) reviews[change.Reviewer] = change.Review;
        return reviews;
    }
}
