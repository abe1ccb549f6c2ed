using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.Tests.Domain;

public class EffectiveTimeTests
{
    private static readonly DateTimeOffset Now = Stored.Noon;

    [Fact]
    public void Without_a_wish_it_is_the_recorded_time_and_not_written_down() => Assert.Null(EffectiveTime.Of(null, Now, Now.AddMinutes(-1)));

    [Fact]
    public void A_wish_is_written_down_to_the_microsecond_in_utc() =>
        Assert.Equal("2026-02-18T09:00:00.123456Z",
            EventFacts.Format(EffectiveTime.Of(new DateTimeOffset(2026, 2, 18, 10, 0, 0, TimeSpan.FromHours(1)).AddTicks(1_234_567), Now, null)!.Value));

    [Fact]
    public void A_stream_ahead_of_the_clock_stays_where_it_is() => Assert.Equal(Now.AddSeconds(1), EffectiveTime.Of(null, Now, Now.AddSeconds(1)));

    [Fact]
    public void An_event_without_the_header_takes_effect_when_it_is_recorded()
    {
        Assert.Equal(Now.AddMinutes(5), Stored.At(5, new Marketplace.Offers.OfferPaused("p", "s", "k")).EffectiveAt());
        Assert.Equal(Now.AddDays(-1), Stored.At(5, new Marketplace.Offers.OfferPaused("p", "s", "k"), Now.AddDays(-1)).EffectiveAt());
    }

    [Fact]
    public void Metadata_that_is_missing_has_its_default()
    {
        var e = Stored.At(1, new Marketplace.Offers.OfferPaused("p", "s", "k"));

        Assert.Equal(("anonymous", "manual", null, null), (e.Actor(), e.CauseWord(), e.Reference(), e.Reason()));
        e.UserName = "seller:powells";
        e.SetHeader(EventFacts.CauseHeader, Word.Of(Cause.Rule));
        e.SetHeader(EventFacts.ReferenceHeader, "undercut");
        e.SetHeader(EventFacts.ReasonHeader, "cheaper next door");
        Assert.Equal(("seller:powells", "rule", "undercut", "cheaper next door"), (e.Actor(), e.CauseWord(), e.Reference(), e.Reason()));
    }
}
