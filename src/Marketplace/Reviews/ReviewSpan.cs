using System.Text.Json;
using JasperFx.Events;
using Marketplace.Storage;

namespace Marketplace.Reviews;

/// <summary>What a review was from one event up to the next; immutable. The words themselves stay in their event.</summary>
/// <param name="ProductId">The product reviewed.</param>
/// <param name="ReviewerId">Who reviews.</param>
/// <param name="Position">The event with which it begins.</param>
/// <param name="EffectiveAt">The instant at which it begins, UTC.</param>
/// <param name="Rating">1 to 5, or null.</param>
/// <param name="Hidden">Whether a moderator hides it.</param>
/// <param name="Withdrawn">Whether the reviewer took it back.</param>
/// <param name="Helpful">Votes that say helpful.</param>
/// <param name="Unhelpful">Votes that say not helpful.</param>
/// <param name="WrittenAt">When rating and words in force were written, UTC.</param>
/// <param name="ContentPosition">The position of the event that holds the words in force.</param>
/// <param name="Version">How many events the review has then.</param>
public sealed record ReviewSpan(
    string ProductId, string ReviewerId, long Position, DateTimeOffset EffectiveAt, int? Rating, bool Hidden, bool Withdrawn,
    int Helpful, int Unhelpful, DateTimeOffset WrittenAt, long ContentPosition, long Version)
{
    /// <summary>The end, on the axis of positions, of a span in force.</summary>
    public const long InForce = long.MaxValue;

    private static readonly JsonSerializerOptions RowNames = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The span of a row of <c>review_history</c> as JSON.</summary>
    public static ReviewSpan Read(string row) => JsonSerializer.Deserialize<ReviewSpan>(row, RowNames)!;

    /// <summary>The span that an event begins, and with it ends the one before.</summary>
    /// <exception cref="InvalidOperationException">The event does not follow the span: the log or the rows are damaged, and nothing is skipped.</exception>
    public static ReviewSpan After(ReviewSpan? span, IReviewEvent about, IEvent e)
    {
        var last = span?.Version ?? 0;
        if (e.Version != last + 1)
        {
            throw new InvalidOperationException(
                $"{e.EventTypeName} at position {e.Sequence} is version {e.Version} of {e.StreamKey}, whose history ends at version {last}.");
        }
        var at = e.EffectiveAt();
        var begun = (span ?? new ReviewSpan(about.ProductId, about.ReviewerId, 0, at, null, false, false, 0, 0, at, 0, 0)) with
        {
            Position = e.Sequence,
            EffectiveAt = at,
            Version = e.Version,
        };
        return about switch
        {
            ReviewSubmitted s => begun with { Rating = s.Rating, WrittenAt = at, ContentPosition = e.Sequence, Withdrawn = false },
            ReviewRevised r => begun with { Rating = r.Rating, WrittenAt = at, ContentPosition = e.Sequence },
            ReviewVoted v => begun with { Helpful = begun.Helpful + VoteCount.Of(v).Helpful, Unhelpful = begun.Unhelpful + VoteCount.Of(v).Unhelpful },
            ReviewHidden => begun with { Hidden = true },
            ReviewRestored => begun with { Hidden = false },
            ReviewWithdrawn => begun with { Withdrawn = true },
            _ => throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} is unknown to the history of reviews."),
        };
    }
}
