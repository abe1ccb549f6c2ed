using System.Text.Json.Serialization;

namespace Marketplace.Reviews;

/// <summary>Whether a review counts and is shown. Only <see cref="Visible"/> ones do.</summary>
public enum ReviewStatus
{
    /// <summary>Shown and counted.</summary>
    [JsonStringEnumMemberName("visible")] Visible,
    /// <summary>A moderator took it from view.</summary>
    [JsonStringEnumMemberName("hidden")] Hidden,
    /// <summary>The reviewer took it back.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,
}

/// <summary>The order of a list of reviews.</summary>
public enum ReviewSort
{
    /// <summary>Most votes that say helpful first, then as <see cref="Recent"/>.</summary>
    [JsonStringEnumMemberName("helpful")] Helpful,
    /// <summary>Written last first.</summary>
    [JsonStringEnumMemberName("recent")] Recent,
}

/// <summary>How many votes a review has, or how one vote changes that.</summary>
/// <param name="Helpful">Votes that say helpful.</param>
/// <param name="Unhelpful">Votes that say not helpful.</param>
public readonly record struct VoteCount(int Helpful, int Unhelpful)
{
    /// <summary>What a vote changes: it adds itself and takes away the one it replaces.</summary>
    public static VoteCount Of(ReviewVoted vote) => new(
        (vote.Helpful ? 1 : 0) - (vote.OldHelpful is true ? 1 : 0),
        (vote.Helpful ? 0 : 1) - (vote.OldHelpful is false ? 1 : 0));

    /// <summary>The sum.</summary>
    public static VoteCount operator +(VoteCount left, VoteCount right) => new(left.Helpful + right.Helpful, left.Unhelpful + right.Unhelpful);
}
