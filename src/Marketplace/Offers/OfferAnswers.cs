using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;

namespace Marketplace.Offers;

/// <summary>The answers that the writes on an offer share.</summary>
public static class OfferAnswers
{
    /// <summary>The most copies on hand.</summary>
    public const int MaxQuantity = 1_000_000;

    /// <summary>The most characters of a note on the condition.</summary>
    public const int MaxConditionNote = 1_000;

    /// <summary>The offer as it is now: 201 when it was posted, 200 otherwise.</summary>
    public static IResult Current(Outcome<Offer> outcome)
    {
        var (offer, etag) = (outcome.State!, ETags.Of(outcome.Version));
        var view = OfferView.Of(offer, outcome.Version);
        return outcome.Created
            ? Answer.Created($"/v1/sellers/{offer.SellerId}/offers/{offer.Sku}", view, outcome.Position, etag)
            : Answer.Ok(view, outcome.Position, etag);
    }

    /// <summary>404.</summary>
    public static Refusal Unknown { get; } = Refusal.NotFound("The seller has no offer with this sku.", "sku");

    /// <summary>404: offers are for products that are listed.</summary>
    public static Refusal UnknownProduct(string productId) => Refusal.NotFound($"There is no product {productId}; list it first.", "productId");

    /// <summary>409: what was asked for needs an offer that is not withdrawn.</summary>
    public static Refusal Withdrawn { get; } = Refusal.Conflict("offer-withdrawn", "The offer is withdrawn; PUT may post it anew.", "sku");
}
