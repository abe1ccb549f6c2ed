using System.Text.Json.Serialization;

namespace Marketplace.Identity;

/// <summary>What a token lets its bearer do; which routes each role opens stands in <see cref="Access"/>.</summary>
public enum Role
{
    /// <summary>Lists and revises products.</summary>
    [JsonStringEnumMemberName("catalog")] Catalog,
    /// <summary>Writes the offers and feeds of the seller whose id is the token's subject.</summary>
    [JsonStringEnumMemberName("seller")] Seller,
    /// <summary>Reviews and votes under the id that is the token's subject.</summary>
    [JsonStringEnumMemberName("reviewer")] Reviewer,
    /// <summary>Hides and restores reviews.</summary>
    [JsonStringEnumMemberName("moderator")] Moderator,
    /// <summary>Reads everything that was recorded, with who and why.</summary>
    [JsonStringEnumMemberName("auditor")] Auditor,
    /// <summary>Rebuilds, watches, and may say that a fact holds from another time than it is recorded at.</summary>
    [JsonStringEnumMemberName("operator")] Operator,
}
