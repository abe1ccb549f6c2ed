using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Offers;

/// <summary>
/// Reprices and restocks in one commit: no moment shows new stock at the old price. A merge patch (RFC 7396): members left out keep their
/// value; null removes shipping, which then is 0.
/// </summary>
/// <param name="Price">Above zero; cannot be removed.</param>
/// <param name="Shipping">Zero or more, in the currency of the price.</param>
/// <param name="Quantity">0 to 1,000,000; cannot be removed.</param>
/// <param name="Reason">Why, in the seller's words, at most 500 characters.</param>
public sealed record ReviseOffer(Settable<Money> Price, Settable<Money> Shipping, Settable<int> Quantity, string? Reason)
{
    /// <summary>The shape of the command; what it refuses is a 400.</summary>
    public sealed class Validator : AbstractValidator<ReviseOffer>
    {
        /// <summary>Lays down the rules.</summary>
        public Validator()
        {
            RuleFor(x => x.Price.Value).Must((x, price) => !x.Price.IsSet || price is not null).WithMessage("cannot be removed.");
            RuleFor(x => x.Price.Value).IsMoney(zeroIsFine: false);
            RuleFor(x => x.Shipping.Value).IsMoney(zeroIsFine: true);
            RuleFor(x => x.Shipping.Value)
                .Must((x, shipping) => Rules.ShareACurrency(x.Price.Value, shipping))
                .OverridePropertyName("shipping.currency").WithMessage("must be the currency of the price.");
            RuleFor(x => x.Quantity.Value).Must((x, quantity) => !x.Quantity.IsSet || quantity is not null).WithMessage("cannot be removed.");
            RuleFor(x => x.Quantity.Value).InclusiveBetween(0, OfferAnswers.MaxQuantity)
                .WithErrorCode(ErrorCodes.OutOfRange).WithMessage($"must be from 0 to {OfferAnswers.MaxQuantity}.");
            RuleFor(x => x.Reason).IsReason();
        }
    }
}

/// <summary>PATCH of an offer.</summary>
[Tags("Offers")]
public static class ReviseOfferEndpoint
{
    /// <summary>Reprices and restocks; answers with the offer.</summary>
    [Consumes(typeof(ReviseOffer), "application/json", MergePatch.MediaType)]
    [ProducesResponseType<OfferView>(200), Refuses(404)]
    [WolverinePatch("/v1/sellers/{sellerId}/offers/{sku}")]
    public static Task<IResult> Patch(string sellerId, string sku, ReviseOffer command, HttpContext http, Writes writes, CancellationToken ct) =>
        writes.OnAsync<Offer>(http, StreamKeys.Offer(sellerId, sku), offer => Decide(command, offer), OfferAnswers.Current, ct, command.Reason);

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(ReviseOffer command, Offer? offer)
    {
        if (offer is null) return OfferAnswers.Unknown;
        if (offer.IsWithdrawn) return OfferAnswers.Withdrawn;
        var price = command.Price.Value ?? offer.Terms.Price;
        var shipping = command.Shipping.IsSet ? command.Shipping.Value ?? Money.Zero(offer.Terms.Price.Currency) : offer.Terms.Shipping;
        var refusal = PostOfferEndpoint.CurrencyFixed(price.Currency, offer, "price.currency")
            ?? PostOfferEndpoint.CurrencyFixed(shipping.Currency, offer, "shipping.currency");
        if (refusal is not null) return refusal;
        var terms = offer.Terms with { Price = price, Shipping = shipping, Quantity = command.Quantity.Value ?? offer.Terms.Quantity };
        return Decision.Record([.. PostOfferEndpoint.Changes(terms, offer)]);
    }
}
