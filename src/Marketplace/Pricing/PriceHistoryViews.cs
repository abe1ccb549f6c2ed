using Marketplace.Domain;

namespace Marketplace.Pricing;

/// <summary>
/// A step of the lowest price: in force from one instant to another. Without an active offer in that time, prices, seller and sku are null.
/// </summary>
/// <param name="From">From when, UTC, effective time.</param>
/// <param name="To">Until when, UTC, exclusive; null while in force.</param>
/// <param name="LandedPrice">The lowest landed price.</param>
/// <param name="Price">What its seller asks.</param>
/// <param name="Shipping">What delivery costs.</param>
/// <param name="SellerId">Who sells.</param>
/// <param name="Sku">The seller's own key.</param>
/// <param name="Position">The position of the event that brought the step about.</param>
public sealed record PriceStep(DateTimeOffset From, DateTimeOffset? To, Money? LandedPrice, Money? Price, Money? Shipping, string? SellerId,
    string? Sku, long Position);

/// <summary>A price that an offer once had: what was asked from when on, who set it, and why.</summary>
/// <param name="Position">The position of the event.</param>
/// <param name="Version">The offer's version after the event.</param>
/// <param name="Event">The event's stored name: posted, repriced or reposted.</param>
/// <param name="ProductId">The product at that time.</param>
/// <param name="ListingType">How the offer was listed.</param>
/// <param name="Price">What the seller asked.</param>
/// <param name="Shipping">What delivery cost.</param>
/// <param name="LandedPrice">Their sum.</param>
/// <param name="EffectiveAt">When the price took effect, UTC.</param>
/// <param name="RecordedAt">When the event was stored, UTC.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Cause">Why, as the stored word.</param>
/// <param name="Reference">What the cause refers to, or null.</param>
/// <param name="Reason">The reason in the actor's own words, or null.</param>
public sealed record PricePoint(long Position, long Version, string Event, string ProductId, ListingType ListingType, Money Price, Money Shipping,
    Money LandedPrice, DateTimeOffset EffectiveAt, DateTimeOffset RecordedAt, string Actor, string Cause, string? Reference, string? Reason);

/// <summary>An offer on a ladder as it stood at a past moment.</summary>
/// <param name="SellerId">Who sells.</param>
/// <param name="Sku">The seller's own key.</param>
/// <param name="ProductId">The product.</param>
/// <param name="ListingType">How it was listed.</param>
/// <param name="Condition">The condition of the copy.</param>
/// <param name="Price">What the seller asked.</param>
/// <param name="Shipping">What delivery cost.</param>
/// <param name="LandedPrice">Their sum, on which offers compete.</param>
/// <param name="Quantity">Copies on hand.</param>
/// <param name="PriceSince">When the price took effect, UTC.</param>
/// <param name="Version">The offer's version then.</param>
/// <param name="Position">The position of its last event by then.</param>
public sealed record PastOffer(string SellerId, string Sku, string ProductId, ListingType ListingType, Condition Condition, Money Price,
    Money Shipping, Money LandedPrice, int Quantity, DateTimeOffset PriceSince, long Version, long Position);
