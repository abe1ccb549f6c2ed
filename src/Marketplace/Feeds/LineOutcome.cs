using System.Text.Json.Serialization;

namespace Marketplace.Feeds;

/// <summary>What became of a line. The words are part of the contract.</summary>
public enum LineOutcome
{
    /// <summary>It changed the offer.</summary>
    [JsonStringEnumMemberName("accepted")] Accepted,
    /// <summary>The offer was as the line wants it already.</summary>
    [JsonStringEnumMemberName("unchanged")] Unchanged,
    /// <summary>It was bad, or a rule forbids it; the offer is as it was.</summary>
    [JsonStringEnumMemberName("rejected")] Rejected,
}
