using Marketplace.Domain;
using Marketplace.Offers;
using Wolverine.Http;
using Wolverine.Marten;

namespace Marketplace.Benchmarks.Peer;

/// <summary>A new price for an offer.</summary>
public sealed record RepricePeerOffer(Money Price);

/// <summary>The offer afterwards.</summary>
public sealed record PeerOffer(
    string SellerId, string Sku, string ProductId, ListingType ListingType, Condition Condition, Money Price, Money Shipping, Money LandedPrice, int Quantity);

/// <summary>The peer's one endpoint.</summary>
public static class RepricePeerOfferEndpoint
{
    [WolverinePatch("/peer/offers/{offerId}")]
    public static (PeerOffer, Events) Patch(RepricePeerOffer command, [WriteAggregate("offerId")] Offer offer)
    {
        var terms = offer.Terms with { Price = command.Price };
        var answer = new PeerOffer(offer.SellerId, offer.Sku, offer.ProductId, terms.ListingType, terms.Condition, terms.Price, terms.Shipping,
            terms.LandedPrice, terms.Quantity);
        return terms == offer.Terms
            ? (answer, [])
            : (answer, [new OfferRepriced(offer.ProductId, offer.SellerId, offer.Sku, offer.Terms.Price, terms.Price, terms.Shipping, terms.Shipping)]);
    }
}
