using System.Text.Json.Serialization;

namespace Marketplace.Feeds;

/// <summary>How far a feed has come. The words are part of the contract.</summary>
public enum FeedStatus
{
    /// <summary>Safe on disk; none of its lines has been applied.</summary>
    [JsonStringEnumMemberName("inQueue")] InQueue,
    /// <summary>Some of its lines have been applied.</summary>
    [JsonStringEnumMemberName("inProgress")] InProgress,
    /// <summary>Every line has its result.</summary>
    [JsonStringEnumMemberName("done")] Done,
    /// <summary>What had not been applied when it was cancelled never will be.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}
