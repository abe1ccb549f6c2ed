using System.Text.Json.Serialization;

namespace Marketplace.Feeds;

/// <summary>A feed as callers see it.</summary>
/// <param name="FeedId">Its id, opaque.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Accepted">Lines that changed something.</param>
/// <param name="Unchanged">Lines that found everything as they want it.</param>
/// <param name="Rejected">Lines that were bad or that a rule forbade.</param>
/// <param name="StartedAt">When its first line was taken up, UTC; null before.</param>
/// <param name="FinishedAt">When it was done or cancelled, UTC; null before.</param>
public sealed record FeedView(string FeedId, FeedStatus Status, int Lines, int Accepted, int Unchanged, int Rejected,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>The feed's version: how often it has changed.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>Lines that have their result: all up to this one.</summary>
    [JsonIgnore]
    public int Applied { get; init; }

    /// <summary>The highest position of an event of the feed; 0 when there is none.</summary>
    [JsonIgnore]
    public long Position { get; init; }

    /// <summary>Its place among the feeds of all sellers in the order of upload.</summary>
    [JsonIgnore]
    public long Number { get; init; }
}
