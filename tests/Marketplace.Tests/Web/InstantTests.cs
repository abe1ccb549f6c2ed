using System.Globalization;
using Marketplace.Web;

namespace Marketplace.Tests.Web;

public class InstantTests
{
    private static readonly DateTimeOffset Now = At("2026-11-22T12:00:00Z");

    [Theory]
    [InlineData("2026-02-18T09:30", "2026-02-18T09:30:00Z")]
    [InlineData("2026-02-18T09:30:15", "2026-02-18T09:30:15Z")]
    [InlineData("2026-02-18T09:30:15.123456", "2026-02-18T09:30:15.123456Z")]
    [InlineData("2026-02-18T09:30:15.5Z", "2026-02-18T09:30:15.5Z")]
    [InlineData("2026-02-18T09:30+01:00", "2026-02-18T08:30:00Z")]
    [InlineData(" 2026-02-18 ", "2026-02-18T00:00:00Z")]
    public void A_date_and_time_is_read_as_utc_unless_it_says_otherwise(string text, string instant) =>
        Assert.Equal((At(instant), null), (AsOf.Read(text, Now).At, AsOf.Read(text, Now).Wrong));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("18/02/2026")]
    [InlineData("2026-02-30T09:30")]
    [InlineData("2026-11-22T12:00:01")]
    [InlineData("9999-12-31T23:59:59.9999999")]
    [InlineData("0001-01-01T00:00+14:00")]
    public void What_is_no_instant_or_not_reached_yet_is_refused_with_a_sentence(string text)
    {
        var asOf = AsOf.Read(text, Now);

        Assert.Null(asOf.At);
        Assert.EndsWith(".", asOf.Wrong);
        Assert.Equal(text, asOf.Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_field_asks_for_now(string? text) => Assert.Equal(AsOf.Present, AsOf.Read(text, Now));

    [Fact]
    public void The_fields_value_of_an_instant_asks_for_an_instant_that_includes_it()
    {
        var at = At("2026-02-18T09:30:15.1230001Z");

        Assert.Equal("2026-02-18T09:30:15.124", InstantText.Field(at));
        Assert.True(InstantText.Parse(InstantText.Field(at)) >= at);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
