using System.Text.Json.Serialization;

namespace Marketplace.Domain;

/// <summary>How an offer is listed. Declared in the order of the product page: used, collectible, zShops.</summary>
public enum ListingType
{
    /// <summary>A used copy; never in new condition.</summary>
    [JsonStringEnumMemberName("used")] Used,
    /// <summary>A collectible copy; its condition note says what makes it collectible.</summary>
    [JsonStringEnumMemberName("collectible")] Collectible,
    /// <summary>A shop's fixed-price listing, in any condition.</summary>
    [JsonStringEnumMemberName("zShops")] ZShops,
}

/// <summary>The condition of the copy on offer, best first.</summary>
public enum Condition
{
    /// <summary>New.</summary>
    [JsonStringEnumMemberName("new")] New,
    /// <summary>Like new.</summary>
    [JsonStringEnumMemberName("like_new")] LikeNew,
    /// <summary>Very good.</summary>
    [JsonStringEnumMemberName("very_good")] VeryGood,
    /// <summary>Good.</summary>
    [JsonStringEnumMemberName("good")] Good,
    /// <summary>Acceptable.</summary>
    [JsonStringEnumMemberName("acceptable")] Acceptable,
}

/// <summary>Whether an offer competes. Only <see cref="Active"/> ones do.</summary>
public enum OfferStatus
{
    /// <summary>On sale.</summary>
    [JsonStringEnumMemberName("active")] Active,
    /// <summary>Paused by its seller, whatever its quantity.</summary>
    [JsonStringEnumMemberName("paused")] Paused,
    /// <summary>Not paused, quantity 0.</summary>
    [JsonStringEnumMemberName("sold_out")] SoldOut,
    /// <summary>Taken back by its seller; may be posted anew on the same stream.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,
}

/// <summary>Why an event was recorded.</summary>
public enum Cause
{
    /// <summary>Somebody asked for it.</summary>
    [JsonStringEnumMemberName("manual")] Manual,
    /// <summary>A line of a feed or of an imported listing.</summary>
    [JsonStringEnumMemberName("feed")] Feed,
    /// <summary>A pricing rule of the seller's.</summary>
    [JsonStringEnumMemberName("rule")] Rule,
    /// <summary>An earlier record was wrong.</summary>
    [JsonStringEnumMemberName("correction")] Correction,
}
