namespace Marketplace.Feeds;

/// <summary>The lines that were to be applied are gone, because somebody else has applied them or cancelled the feed.</summary>
public sealed class FeedMovedOnException(Guid feedId) : Exception($"Feed {feedId} stands elsewhere.");
