using Marketplace.Domain;
using Marketplace.Offers;

namespace Marketplace.Feeds;

/// <summary>
/// An offer's state as it is kept for long and overwritten often. An object for each state would outlive one garbage collection, which copies
/// it while the program stands still, and be garbage by the next; values written over the ones before leave nothing to copy.
/// </summary>
public struct OfferInPlace
{
    // What hardly ever changes about an offer: kept as the object it is, and replaced only by one that says something else.
    private Offer? _posted;
    private Terms? _terms;
    private string? _currency;
    private decimal _price;
    private decimal _shipping;
    private int _quantity;
    private bool _isPaused;
    private bool _isWithdrawn;
    private DateTimeOffset _priceSince;
    private DateTimeOffset _effectiveAt;
    private long _version;

    /// <summary>Takes a state on.</summary>
    public void Become(OfferSnapshot snapshot)
    {
        _version = snapshot.Version;
        if (snapshot.Offer is not { } offer)
        {
            (_posted, _terms, _currency) = (null, null, null);
            return;
        }
        if (!IsOf(offer)) _posted = offer;
        if (!Describes(offer.Terms)) _terms = offer.Terms;
        if (_currency != offer.Terms.Price.Currency) _currency = offer.Terms.Price.Currency;
        (_price, _shipping, _quantity) = (offer.Terms.Price.Amount, offer.Terms.Shipping.Amount, offer.Terms.Quantity);
        (_isPaused, _isWithdrawn, _priceSince, _effectiveAt) = (offer.IsPaused, offer.IsWithdrawn, offer.PriceSince, offer.EffectiveAt);
    }

    /// <summary>The state.</summary>
    public readonly OfferSnapshot Snapshot() => new(_posted is null ? null : _posted with
    {
        Terms = _terms! with { Price = new Money(_price, _currency!), Shipping = new Money(_shipping, _currency!), Quantity = _quantity },
        IsPaused = _isPaused,
        IsWithdrawn = _isWithdrawn,
        PriceSince = _priceSince,
        EffectiveAt = _effectiveAt,
    }, _version);

    private readonly bool IsOf(Offer offer) =>
        _posted is { } posted && (posted.Id, posted.SellerId, posted.Sku, posted.ProductId) == (offer.Id, offer.SellerId, offer.Sku, offer.ProductId);

    private readonly bool Describes(Terms terms) =>
        _terms is { } kept && (kept.ListingType, kept.Condition, kept.ConditionNote) == (terms.ListingType, terms.Condition, terms.ConditionNote);
}
