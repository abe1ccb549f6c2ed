using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Offers;
using Marketplace.Storage;

namespace Marketplace.Pricing;

/// <summary>What offers compete within: one product, listing type and currency.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="ListingType">The stored word of the listing type.</param>
/// <param name="Currency">ISO 4217.</param>
public readonly record struct PriceGroup(string ProductId, string ListingType, string Currency);

/// <summary>An offer's identity.</summary>
/// <param name="SellerId">Who sells.</param>
/// <param name="Sku">The seller's own key.</param>
public readonly record struct OfferId(string SellerId, string Sku);

/// <summary>What the price history knows of an offer at one moment: all that decides whether and how it competes.</summary>
/// <param name="Group">Within what it competes.</param>
/// <param name="Condition">The stored word of the copy's condition.</param>
/// <param name="Price">What the seller asks, in the group's currency.</param>
/// <param name="Shipping">What delivery costs, in the group's currency.</param>
/// <param name="Quantity">Copies on hand.</param>
/// <param name="Paused">Whether the seller paused it.</param>
/// <param name="Withdrawn">Whether the seller withdrew it.</param>
/// <param name="PriceSince">When the price took effect, UTC.</param>
public sealed record OfferState(PriceGroup Group, string Condition, decimal Price, decimal Shipping, int Quantity, bool Paused, bool Withdrawn,
    DateTimeOffset PriceSince)
{
    /// <summary>Whether it competes.</summary>
    public bool Active => !Withdrawn && !Paused && Quantity > 0;

    /// <summary>The state after one more event of the offer.</summary>
    /// <exception cref="InvalidOperationException">The event cannot follow this state: the log is damaged, and nothing is skipped.</exception>
    public static OfferState Evolve(OfferState? state, IEvent e) => e.Data switch
    {
        OfferPosted posted when state is null => Begin(posted.ProductId, posted.Terms, e.EffectiveAt()),
        OfferReposted reposted when state is { Withdrawn: true } => Begin(reposted.ProductId, reposted.Terms, e.EffectiveAt()),
        OfferRepriced repriced when state is not null => state with
        {
            Price = repriced.NewPrice.Amount,
            Shipping = repriced.NewShipping.Amount,
            PriceSince = e.EffectiveAt(),
        },
        OfferRestocked restocked when state is not null => state with { Quantity = restocked.NewQuantity },
        OfferConditionRevised revised when state is not null => state with { Condition = Word.Of(revised.Condition) },
        OfferPaused when state is not null => state with { Paused = true },
        OfferResumed when state is not null => state with { Paused = false },
        OfferWithdrawn when state is not null => state with { Withdrawn = true },
        _ => throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} cannot follow what {e.StreamKey} holds before it."),
    };

    private static OfferState Begin(string productId, Terms terms, DateTimeOffset at) => new(
        new PriceGroup(productId, Word.Of(terms.ListingType), terms.Price.Currency), Word.Of(terms.Condition), terms.Price.Amount,
        terms.Shipping.Amount, terms.Quantity, Paused: false, Withdrawn: false, at);
}

/// <summary>One event of an offer as the price history sees it.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="State">Its state after the event.</param>
/// <param name="EffectiveAt">When the event took effect, UTC.</param>
/// <param name="Position">The event's position.</param>
/// <param name="Version">The offer's version with the event.</param>
public sealed record OfferChange(OfferId Offer, OfferState State, DateTimeOffset EffectiveAt, long Position, long Version);
