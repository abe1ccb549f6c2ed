using System.Collections.Immutable;
using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.Reviews;

/// <summary>
/// One reviewer's review of one product: the state of the stream <c>review/{productId}/{reviewerId}</c>.
/// <para>
/// Two switches, thrown by different people, neither touching the other: the reviewer withdraws and submits again, a moderator hides and
/// restores. A review is visible while neither holds. So a hidden review that is withdrawn and submitted again is still hidden, and one that
/// is withdrawn may be hidden or restored before it comes back. Revising is open to the reviewer in every state but withdrawn, where it is
/// submitting again; voting only while the review is visible. Votes belong to the review, not to its words: they survive all of this.
/// </para>
/// </summary>
public sealed record Review : IStreamState<Review>
{
    /// <summary>The stream's key.</summary>
    public string Id { get; init; } = "";
    /// <summary>The product reviewed.</summary>
    public required string ProductId { get; init; }
    /// <summary>Who reviews.</summary>
    public required string ReviewerId { get; init; }
    /// <summary>1 to 5, or null.</summary>
    public int? Rating { get; init; }
    /// <summary>The headline.</summary>
    public required string Title { get; init; }
    /// <summary>The text.</summary>
    public required string Body { get; init; }
    /// <summary>When rating and words in force were written, UTC.</summary>
    public DateTimeOffset WrittenAt { get; init; }
    /// <summary>Whether a moderator hides it.</summary>
    public bool IsHidden { get; init; }
    /// <summary>Whether the reviewer took it back.</summary>
    public bool IsWithdrawn { get; init; }
    /// <summary>Each voter's last vote: helpful or not. A tree, so that one more vote costs the same however many there are.</summary>
    public ImmutableDictionary<string, bool> Votes { get; init; } = ImmutableDictionary.Create<string, bool>(StringComparer.Ordinal);
    /// <summary>How many of the votes say helpful.</summary>
    public int Helpful { get; init; }
    /// <inheritdoc />
    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>Whether it counts and is shown, and if not, why. Withdrawn goes before hidden.</summary>
    public ReviewStatus Status => IsWithdrawn ? ReviewStatus.Withdrawn : IsHidden ? ReviewStatus.Hidden : ReviewStatus.Visible;

    /// <inheritdoc />
    public static Review Fold(Review? review, IEvent e)
    {
        var at = e.EffectiveAt();
        return e.Data switch
        {
            ReviewSubmitted s when review is null => new Review
            {
                Id = StreamKeys.Review(s.ProductId, s.ReviewerId),
                ProductId = s.ProductId,
                ReviewerId = s.ReviewerId,
                Rating = s.Rating,
                Title = s.Title,
                Body = s.Body,
                WrittenAt = at,
                EffectiveAt = at,
            },
            ReviewSubmitted s => review with { Rating = s.Rating, Title = s.Title, Body = s.Body, WrittenAt = at, IsWithdrawn = false, EffectiveAt = at },
            ReviewRevised r => Known(review, e) with { Rating = r.Rating, Title = r.Title, Body = r.Body, WrittenAt = at, EffectiveAt = at },
            ReviewVoted v => Known(review, e) with
            {
                Votes = review!.Votes.SetItem(v.VoterId, v.Helpful),
                Helpful = review.Helpful + VoteCount.Of(v).Helpful,
                EffectiveAt = at,
            },
            ReviewHidden => Known(review, e) with { IsHidden = true, EffectiveAt = at },
            ReviewRestored => Known(review, e) with { IsHidden = false, EffectiveAt = at },
            ReviewWithdrawn => Known(review, e) with { IsWithdrawn = true, EffectiveAt = at },
            _ => throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} does not belong to a review."),
        };
    }

    private static Review Known(Review? review, IEvent e) =>
        review ?? throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} comes before the review was submitted.");
}
