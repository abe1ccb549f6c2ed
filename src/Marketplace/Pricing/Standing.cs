namespace Marketplace.Pricing;

/// <summary>An active offer in competition with the others of its group. Offers compete by landed price; of two at one landed price the price
/// that took effect first wins, then the lesser sellerId, then the lesser sku, both ordinal.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Condition">The stored word of the copy's condition.</param>
/// <param name="Price">What its seller asks.</param>
/// <param name="Shipping">What delivery costs.</param>
/// <param name="Since">When the price took effect, UTC.</param>
/// <param name="TermsAt">The position of the event that left the offer with these terms. Two contenders that differ in nothing else are equal:
/// what else an event may change, as the quantity, has no part in the competition.</param>
public sealed record Contender(OfferId Offer, string Condition, decimal Price, decimal Shipping, DateTimeOffset Since, long TermsAt)
    : IComparable<Contender>
{
    /// <summary>The offer as a contender within a group, or null when it does not compete there.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="state">Its state, or null when it does not exist.</param>
    /// <param name="group">The group.</param>
    /// <param name="termsAt">The position of the event that left it in this state.</param>
    public static Contender? Of(OfferId offer, OfferState? state, PriceGroup group, long termsAt) =>
        state is { Active: true } && state.Group == group
            ? new Contender(offer, state.Condition, state.Price, state.Shipping, state.PriceSince, termsAt)
            : null;

    /// <inheritdoc />
    public bool Equals(Contender? other) => ShowsLike(other) && Since == other!.Since && Condition == other.Condition;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Offer, Price, Since);

    /// <inheritdoc />
    public int CompareTo(Contender? other)
    {
        if (other is null) return -1;
        var order = (Price + Shipping).CompareTo(other.Price + other.Shipping);
        if (order == 0) order = Since.CompareTo(other.Since);
        if (order == 0) order = string.CompareOrdinal(Offer.SellerId, other.Offer.SellerId);
        return order != 0 ? order : string.CompareOrdinal(Offer.Sku, other.Offer.Sku);
    }

    /// <summary>Whether a step of the price history shows the two alike: price, shipping and offer.</summary>
    public bool ShowsLike(Contender? other) => other is not null && (Offer, Price, Shipping) == (other.Offer, other.Price, other.Shipping);
}

/// <summary>How a group stands: who has the lowest price, and how many offers are active.</summary>
/// <param name="Winner">The winner; null while no offer is active.</param>
/// <param name="OfferCount">Active offers, the winner among them.</param>
public sealed record Standing(Contender? Winner, long OfferCount)
{
    /// <summary>Nobody competes.</summary>
    public static Standing Empty { get; } = new(null, 0);
}

/// <summary>How a group stands from one moment on, until the next step.</summary>
/// <param name="Group">The group.</param>
/// <param name="EffectiveAt">The instant of the step, UTC.</param>
/// <param name="Position">The position of the last event that brought the standing about.</param>
/// <param name="Standing">The standing.</param>
/// <param name="IsPriceStep">Whether price, shipping or offer differ from the step before.</param>
public sealed record Step(PriceGroup Group, DateTimeOffset EffectiveAt, long Position, Standing Standing, bool IsPriceStep);
