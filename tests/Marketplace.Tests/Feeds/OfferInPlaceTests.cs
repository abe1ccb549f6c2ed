using Marketplace.Domain;
using Marketplace.Feeds;
using Marketplace.Offers;

namespace Marketplace.Tests.Feeds;

public class OfferInPlaceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Offer Plain = new()
    {
        Id = "offer/s/a",
        ProductId = "P1",
        SellerId = "s",
        Sku = "a",
        Terms = new Terms(ListingType.Used, Condition.Good, null, new Money(10.00m, "USD"), new Money(0.00m, "USD"), 3),
        PriceSince = Noon,
        EffectiveAt = Noon,
    };

    // One offer for each property, which differs from the plain one in that property alone.
    private static readonly Offer[] Others =
    [
        Plain with { Id = "offer/s/b" }, Plain with { ProductId = "P2" }, Plain with { SellerId = "t" }, Plain with { Sku = "b" },
        Plain with { IsPaused = true }, Plain with { IsWithdrawn = true }, Plain with { PriceSince = Noon.AddHours(1) },
        Plain with { EffectiveAt = Noon.AddHours(1) }, Plain with { Terms = Plain.Terms with { ListingType = ListingType.Collectible } },
        Plain with { Terms = Plain.Terms with { Condition = Condition.Acceptable } }, Plain with { Terms = Plain.Terms with { ConditionNote = "worn" } },
        Plain with { Terms = Plain.Terms with { Price = new Money(10.000m, "BHD") } }, Plain with { Terms = Plain.Terms with { Price = new Money(9.99m, "USD") } },
        Plain with { Terms = Plain.Terms with { Shipping = new Money(1.00m, "USD") } }, Plain with { Terms = Plain.Terms with { Quantity = 0 } },
    ];

    [Fact]
    public void It_is_whatever_it_became_last()
    {
        foreach (var before in (Offer?[])[null, Plain, .. Others])
        {
            foreach (var after in (Offer?[])[null, Plain, .. Others.Select(Payable)])
            {
                var kept = new OfferInPlace();
                kept.Become(new OfferSnapshot(before is null ? null : Payable(before), 4));
                kept.Become(new OfferSnapshot(after, 5));
                Assert.Equal(new OfferSnapshot(after, 5), kept.Snapshot());
            }
        }
    }

    [Fact]
    public void Every_property_of_an_offer_is_among_those_that_are_tried()
    {
        // Status and LandedPrice are made of others.
        var tried = Others.Select(Payable).SelectMany(other => DifferingIn(Plain, other).Concat(DifferingIn(Plain.Terms, other.Terms))).ToHashSet();
        Assert.Equal([], PropertiesOf<Offer>().Concat(PropertiesOf<Terms>()).Except(tried));
    }

    // Shipping is in the currency of the price.
    private static Offer Payable(Offer offer) =>
        offer with { Terms = offer.Terms with { Shipping = offer.Terms.Shipping with { Currency = offer.Terms.Price.Currency } } };

    private static IEnumerable<string> DifferingIn<T>(T one, T other) =>
        typeof(T).GetProperties().Where(p => !Equals(p.GetValue(one), p.GetValue(other))).Select(p => p.Name);

    private static IEnumerable<string> PropertiesOf<T>() => typeof(T).GetProperties().Select(p => p.Name);
}
