namespace Marketplace.Reviews;

// The names under which these events are stored (StoredEvents.cs) and their members are the storage format:
// never renamed, never removed, only added to. Who, when and why are the event's metadata (Storage/EventFacts.cs); so is the
// moderator's reason for hiding a review.

/// <summary>An event of the stream <c>review/{productId}/{reviewerId}</c>.</summary>
public interface IReviewEvent
{
    /// <summary>The product reviewed.</summary>
    string ProductId { get; }
    /// <summary>Who reviews.</summary>
    string ReviewerId { get; }
}

/// <summary>A review was handed in: the first time, or anew after it was withdrawn.</summary>
/// <param name="ProductId">The product reviewed.</param>
/// <param name="ReviewerId">Who reviews.</param>
/// <param name="Rating">1 to 5, or null.</param>
/// <param name="Title">The headline.</param>
/// <param name="Body">The text.</param>
public sealed record ReviewSubmitted(string ProductId, string ReviewerId, int? Rating, string Title, string Body) : IReviewEvent;

/// <summary>The reviewer changed rating or words; all of them, as they now are.</summary>
/// <param name="ProductId">The product reviewed.</param>
/// <param name="ReviewerId">Who reviews.</param>
/// <param name="Rating">1 to 5, or null.</param>
/// <param name="Title">The headline.</param>
/// <param name="Body">The text.</param>
public sealed record ReviewRevised(string ProductId, string ReviewerId, int? Rating, string Title, string Body) : IReviewEvent;

/// <summary>
/// Somebody found the review helpful, or not. Like a price, a vote is recorded with the one it replaces: whoever counts needs no query.
/// </summary>
/// <param name="ProductId">The product reviewed.</param>
/// <param name="ReviewerId">Who reviews.</param>
/// <param name="VoterId">Who votes; never the reviewer.</param>
/// <param name="OldHelpful">The voter's vote until now, or null when it is the first.</param>
/// <param name="Helpful">The voter's vote from now on.</param>
public sealed record ReviewVoted(string ProductId, string ReviewerId, string VoterId, bool? OldHelpful, bool Helpful) : IReviewEvent;

/// <summary>A moderator took the review from view.</summary>
public sealed record ReviewHidden(string ProductId, string ReviewerId) : IReviewEvent;

/// <summary>A moderator lifted the hiding.</summary>
public sealed record ReviewRestored(string ProductId, string ReviewerId) : IReviewEvent;

/// <summary>The reviewer took the review back.</summary>
public sealed record ReviewWithdrawn(string ProductId, string ReviewerId) : IReviewEvent;
