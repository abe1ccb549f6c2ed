using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Offers;
using Marketplace.Pricing;
using Marketplace.Storage;

namespace Marketplace.Tests.Pricing;

public sealed class OfferStateTests
{
    private static readonly DateTimeOffset Recorded = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Terms Terms = new(ListingType.Used, Condition.Good, null, new Money(10m, "USD"), new Money(1m, "USD"), 2);

    [Fact]
    public void Only_posting_and_repricing_set_since_when_the_price_holds()
    {
        var posted = OfferState.Evolve(null, Event(new OfferPosted("p", "s", "k", Terms), 0));
        var restocked = OfferState.Evolve(posted, Event(new OfferRestocked("p", "s", "k", 2, 3), 1));
        var paused = OfferState.Evolve(restocked, Event(new OfferPaused("p", "s", "k"), 2));
        var resumed = OfferState.Evolve(paused, Event(new OfferResumed("p", "s", "k"), 3));
        var revised = OfferState.Evolve(resumed, Event(new OfferConditionRevised("p", "s", "k", Condition.LikeNew, null), 4));
        var repriced = OfferState.Evolve(revised, Event(new OfferRepriced("p", "s", "k", Terms.Price, new Money(9m, "USD"), Terms.Shipping, Terms.Shipping), 5));

        Assert.All(new[] { posted, restocked, paused, resumed, revised }, state => Assert.Equal(Recorded, state.PriceSince));
        Assert.Equal(Recorded.AddHours(5), repriced.PriceSince);
        Assert.Equal((9m, 3, "like_new", true), (repriced.Price, repriced.Quantity, repriced.Condition, repriced.Active));
        Assert.False(paused.Active);
    }

    [Fact]
    public void An_effective_time_in_the_headers_goes_before_the_recorded_time()
    {
        var e = Event(new OfferPosted("p", "s", "k", Terms), 0);
        e.SetHeader(EventFacts.EffectiveAtHeader, "2023-02-03T04:05:06.000007Z");
        Assert.Equal(new DateTimeOffset(2023, 2, 3, 4, 5, 6, TimeSpan.Zero).AddMicroseconds(7), OfferState.Evolve(null, e).PriceSince);
    }

    [Fact]
    public void Reposting_starts_afresh_within_another_product()
    {
        var withdrawn = OfferState.Evolve(
            OfferState.Evolve(OfferState.Evolve(null, Event(new OfferPosted("p", "s", "k", Terms), 0)), Event(new OfferPaused("p", "s", "k"), 1)),
            Event(new OfferWithdrawn("p", "s", "k"), 2));
        var reposted = OfferState.Evolve(withdrawn, Event(new OfferReposted("q", "s", "k", Terms), 3));

        Assert.False(withdrawn.Active);
        Assert.True(reposted.Active);
        Assert.Equal(new PriceGroup("q", "used", "USD"), reposted.Group);
        Assert.Equal(Recorded.AddHours(3), reposted.PriceSince);
    }

    [Fact]
    public void What_cannot_follow_stops_the_fold()
    {
        var posted = OfferState.Evolve(null, Event(new OfferPosted("p", "s", "k", Terms), 0));
        Assert.Throws<InvalidOperationException>(() => OfferState.Evolve(null, Event(new OfferPaused("p", "s", "k"), 1)));
        Assert.Throws<InvalidOperationException>(() => OfferState.Evolve(posted, Event(new OfferPosted("p", "s", "k", Terms), 1)));
        Assert.Throws<InvalidOperationException>(() => OfferState.Evolve(posted, Event(new OfferReposted("p", "s", "k", Terms), 1)));
        Assert.Throws<InvalidOperationException>(() => OfferState.Evolve(posted, Event("a surprise", 1)));
    }

    private static Event<T> Event<T>(T data, int hours) where T : notnull => new(data) { Timestamp = Recorded.AddHours(hours), StreamKey = "offer/s/k" };
}
