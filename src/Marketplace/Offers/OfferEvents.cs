using Marketplace.Domain;

namespace Marketplace.Offers;

// The names under which these events are stored (StoredEvents.cs) and their members are the storage format:
// never renamed, never removed, only added to. Who, when and why are the event's metadata (Storage/EventFacts.cs).

/// <summary>An event of the stream <c>offer/{sellerId}/{sku}</c>.</summary>
public interface IOfferEvent
{
    /// <summary>The product the offer is for at the time of the event.</summary>
    string ProductId { get; }
    /// <summary>Who sells.</summary>
    string SellerId { get; }
    /// <summary>The seller's own key of the thing on sale.</summary>
    string Sku { get; }
}

/// <summary>A seller's terms for copies of one product, as one value.</summary>
/// <param name="ListingType">How it is listed.</param>
/// <param name="Condition">The condition of the copy.</param>
/// <param name="ConditionNote">The seller's words on the condition, or null.</param>
/// <param name="Price">What the seller asks for one copy, above zero.</param>
/// <param name="Shipping">What delivery costs, in the currency of the price, zero or more.</param>
/// <param name="Quantity">Copies on hand, zero or more.</param>
public sealed record Terms(ListingType ListingType, Condition Condition, string? ConditionNote, Money Price, Money Shipping, int Quantity)
{
    /// <summary>Price plus shipping: what offers compete on.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Money LandedPrice => Price + Shipping;
}

/// <summary>An offer came into being with all its terms.</summary>
public sealed record OfferPosted(string ProductId, string SellerId, string Sku, Terms Terms) : IOfferEvent;

/// <summary>Price, shipping or both changed.</summary>
public sealed record OfferRepriced(
    string ProductId, string SellerId, string Sku, Money OldPrice, Money NewPrice, Money OldShipping, Money NewShipping) : IOfferEvent;

/// <summary>The number of copies on hand changed.</summary>
public sealed record OfferRestocked(string ProductId, string SellerId, string Sku, int OldQuantity, int NewQuantity) : IOfferEvent;

/// <summary>The condition of the copy, or the seller's words on it, changed.</summary>
public sealed record OfferConditionRevised(
    string ProductId, string SellerId, string Sku, Condition Condition, string? ConditionNote) : IOfferEvent;

/// <summary>The seller took the offer out of competition for a while.</summary>
public sealed record OfferPaused(string ProductId, string SellerId, string Sku) : IOfferEvent;

/// <summary>The seller put a paused offer back.</summary>
public sealed record OfferResumed(string ProductId, string SellerId, string Sku) : IOfferEvent;

/// <summary>The seller took the offer back.</summary>
public sealed record OfferWithdrawn(string ProductId, string SellerId, string Sku) : IOfferEvent;

/// <summary>A withdrawn offer was posted anew, with any terms and for any product; its price takes effect anew.</summary>
public sealed record OfferReposted(string ProductId, string SellerId, string Sku, Terms Terms) : IOfferEvent;
