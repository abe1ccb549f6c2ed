using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Offers;

/// <summary>Posts an offer, or brings it to these terms, whatever they were. What is left out has its default: shipping 0, no note.</summary>
/// <param name="ProductId">The product, which must be listed.</param>
/// <param name="ListingType">How it is listed.</param>
/// <param name="Condition">The condition of the copy.</param>
/// <param name="ConditionNote">At most 1,000 characters; required for collectible copies.</param>
/// <param name="Price">Above zero.</param>
/// <param name="Shipping">Zero or more, in the currency of the price.</param>
/// <param name="Quantity">0 to 1,000,000.</param>
public sealed record PostOffer(
    string? ProductId, ListingType? ListingType, Condition? Condition, string? ConditionNote, Money? Price, Money? Shipping, int? Quantity)
{
    /// <summary>The shape of the command; what it refuses is a 400.</summary>
    public sealed class Validator : AbstractValidator<PostOffer>
    {
        /// <summary>Lays down the rules.</summary>
        public Validator()
        {
            RuleFor(x => x.ProductId).Cascade(CascadeMode.Stop).IsThere().IsId();
            RuleFor(x => x.ListingType).IsThere();
            RuleFor(x => x.Condition).IsThere();
            RuleFor(x => x.Condition).Must(c => c != Domain.Condition.New).When(x => x.ListingType == Domain.ListingType.Used)
                .WithMessage("of a used copy is never new.");
            RuleFor(x => x.ConditionNote).IsText(0, OfferAnswers.MaxConditionNote);
            RuleFor(x => x.ConditionNote).Must(note => !string.IsNullOrWhiteSpace(note)).When(x => x.ListingType == Domain.ListingType.Collectible)
                .WithMessage("must say what makes the copy collectible.");
            RuleFor(x => x.Price).IsThere();
            RuleFor(x => x.Price).IsMoney(zeroIsFine: false);
            RuleFor(x => x.Shipping).IsMoney(zeroIsFine: true);
            RuleFor(x => x.Shipping).Must((x, shipping) => Rules.ShareACurrency(x.Price, shipping))
                .OverridePropertyName("shipping.currency").WithMessage("must be the currency of the price.");
            RuleFor(x => x.Quantity).IsThere();
            RuleFor(x => x.Quantity).InclusiveBetween(0, OfferAnswers.MaxQuantity)
                .WithErrorCode(ErrorCodes.OutOfRange).WithMessage($"must be from 0 to {OfferAnswers.MaxQuantity}.");
        }
    }

    /// <summary>The terms that a valid command asks for.</summary>
    public Terms Terms() => new(ListingType!.Value, Condition!.Value, string.IsNullOrWhiteSpace(ConditionNote) ? null : ConditionNote,
        Price!.Value, Shipping ?? Money.Zero(Price.Value.Currency), Quantity!.Value);
}

/// <summary>PUT of an offer.</summary>
[Tags("Offers")]
public static class PostOfferEndpoint
{
    /// <summary>Posts the offer (201) or brings it to the terms in the body (200).</summary>
    [ProducesResponseType<OfferView>(200), ProducesResponseType<OfferView>(201), Refuses(404)]
    [WolverinePut("/v1/sellers/{sellerId}/offers/{sku}")]
    public static async Task<IResult> Put(string sellerId, string sku, PostOffer command, HttpContext http, Writes writes, KnownStreams streams,
        CancellationToken ct)
    {
        if (!await streams.ContainAsync(StreamKeys.Product(command.ProductId!), ct))
            return OfferAnswers.UnknownProduct(command.ProductId!).ToResult();
        return await writes.OnAsync<Offer>(http, StreamKeys.Offer(sellerId, sku), offer => Decide(command, sellerId, sku, offer), OfferAnswers.Current, ct);
    }

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(PostOffer command, string sellerId, string sku, Offer? offer)
    {
        var (productId, terms) = (command.ProductId!, command.Terms());
        if (offer is null) return Decision.Record(new OfferPosted(productId, sellerId, sku, terms));
        if (offer.IsWithdrawn) return Decision.Record(new OfferReposted(productId, sellerId, sku, terms));
        if (Fixed(productId, terms, offer) is { } refusal) return refusal;
        return Decision.Record([.. Changes(terms, offer)]);
    }

    /// <summary>The events that bring a living offer to other terms in one commit; none when it has them already.</summary>
    public static IEnumerable<object> Changes(Terms terms, Offer offer)
    {
        var old = offer.Terms;
        if (terms.Price != old.Price || terms.Shipping != old.Shipping)
            yield return new OfferRepriced(offer.ProductId, offer.SellerId, offer.Sku, old.Price, terms.Price, old.Shipping, terms.Shipping);
        if (terms.Quantity != old.Quantity)
            yield return new OfferRestocked(offer.ProductId, offer.SellerId, offer.Sku, old.Quantity, terms.Quantity);
        if (terms.Condition != old.Condition || terms.ConditionNote != old.ConditionNote)
            yield return new OfferConditionRevised(offer.ProductId, offer.SellerId, offer.Sku, terms.Condition, terms.ConditionNote);
    }

    // An offer keeps its product, listing type and currency while it lives.
    private static Refusal? Fixed(string productId, Terms terms, Offer offer) =>
        productId != offer.ProductId
            ? Refusal.Conflict("product-fixed", $"The offer is for product {offer.ProductId}; withdraw it to post it for another.", "productId")
        : terms.ListingType != offer.Terms.ListingType
            ? Refusal.Conflict("listing-type-fixed", $"The offer is listed as {Word.Of(offer.Terms.ListingType)}; withdraw it to list it otherwise.", "listingType")
        : CurrencyFixed(terms.Price.Currency, offer, "price.currency");

    /// <summary>409 when the currency is not the offer's.</summary>
    public static Refusal? CurrencyFixed(string currency, Offer offer, string path) =>
        currency == offer.Terms.Price.Currency ? null
            : Refusal.Conflict("currency-fixed", $"The offer is in {offer.Terms.Price.Currency}; withdraw it to post it in another currency.", path);
}
