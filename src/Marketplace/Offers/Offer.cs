using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.Offers;

/// <summary>One seller's terms for copies of one product: the state of the stream <c>offer/{sellerId}/{sku}</c>.</summary>
public sealed record Offer : IStreamState<Offer>
{
    /// <summary>The stream's key.</summary>
    public string Id { get; init; } = "";
    /// <summary>The product; fixed while the offer lives.</summary>
    public required string ProductId { get; init; }
    /// <summary>Who sells.</summary>
    public required string SellerId { get; init; }
    /// <summary>The seller's own key.</summary>
    public required string Sku { get; init; }
    /// <summary>The terms in force.</summary>
    public required Terms Terms { get; init; }
    /// <summary>Whether the seller paused it.</summary>
    public bool IsPaused { get; init; }
    /// <summary>Whether the seller withdrew it.</summary>
    public bool IsWithdrawn { get; init; }
    /// <summary>When the price in force took effect, UTC: set by posting, reposting and repricing, by nothing else.</summary>
    public DateTimeOffset PriceSince { get; init; }
    /// <inheritdoc />
    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>Whether it competes, and if not, why.</summary>
    public OfferStatus Status =>
        IsWithdrawn ? OfferStatus.Withdrawn
        : IsPaused ? OfferStatus.Paused
        : Terms.Quantity == 0 ? OfferStatus.SoldOut
        : OfferStatus.Active;


    /// <inheritdoc />
    public static Offer Fold(Offer? offer, IEvent e)
    {
        var at = e.EffectiveAt();
        return e.Data switch
        {
            OfferPosted posted => Begin(posted, posted.Terms, at),
            OfferReposted reposted => Begin(reposted, reposted.Terms, at),
            OfferRepriced repriced => Known(offer, e) with
            {
                Terms = offer!.Terms with { Price = repriced.NewPrice, Shipping = repriced.NewShipping },
                PriceSince = at,
                EffectiveAt = at,
            },
            OfferRestocked restocked => Known(offer, e) with { Terms = offer!.Terms with { Quantity = restocked.NewQuantity }, EffectiveAt = at },
            OfferConditionRevised revised => Known(offer, e) with
            {
                Terms = offer!.Terms with { Condition = revised.Condition, ConditionNote = revised.ConditionNote },
                EffectiveAt = at,
            },
            OfferPaused => Known(offer, e) with { IsPaused = true, EffectiveAt = at },
            OfferResumed => Known(offer, e) with { IsPaused = false, EffectiveAt = at },
            OfferWithdrawn => Known(offer, e) with { IsWithdrawn = true, EffectiveAt = at },
            _ => throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} does not belong to an offer."),
        };
    }

    private static Offer Begin(IOfferEvent e, Terms terms, DateTimeOffset at) => new()
    {
        Id = StreamKeys.Offer(e.SellerId, e.Sku),
        ProductId = e.ProductId,
        SellerId = e.SellerId,
        Sku = e.Sku,
        Terms = terms,
        PriceSince = at,
        EffectiveAt = at,
    };

    private static Offer Known(Offer? offer, IEvent e) =>
        offer ?? throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} comes before the offer was posted.");
}
