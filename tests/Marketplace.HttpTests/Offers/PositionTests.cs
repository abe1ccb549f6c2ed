using System.Diagnostics;
using System.Globalization;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

public class PositionTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private Api Api => app.Api;

    [Fact]
    public async Task Positions_never_go_back_and_a_read_after_a_write_covers_it()
    {
        var (product, seller, url) = await Api.OfferAsync();
        var last = 0L;
        for (var quantity = 2; quantity < 12; quantity++)
        {
            var written = (await Api.PatchAsync(url, new { quantity })).Position;
            Assert.True(written > last);
            foreach (var resource in new[] { url, $"/v1/products/{product}", $"/v1/products/{product}/offers", $"/v1/sellers/{seller}/offers", "/v1/products" })
                Assert.True((await Api.GetAsync(resource)).Position >= written);
            last = written;
        }
    }

    [Fact]
    public async Task A_position_that_is_reached_is_answered_at_once()
    {
        var (product, _, url) = await Api.OfferAsync();
        var written = (await Api.PatchAsync(url, new { quantity = 7 })).Headers["Marketplace-Position"];

        foreach (var resource in new[] { url, $"/v1/products/{product}", $"/v1/products/{product}/offers", $"/v1/products/{product}/lowest-prices", "/v1/products" })
            (await Api.GetAsync(resource, ("Marketplace-Min-Position", written))).ShouldBe(200);
        (await Api.GetAsync(url, ("Marketplace-Min-Position", "0"))).ShouldBe(200);
    }

    [Fact]
    public async Task A_position_that_is_not_reached_in_time_is_503_with_a_time_to_come_back()
    {
        var (_, _, url) = await Api.OfferAsync();
        var began = Stopwatch.GetTimestamp();

        var refused = await Api.GetAsync(url, ("Marketplace-Min-Position", long.MaxValue.ToString(CultureInfo.InvariantCulture)));

        refused.ShouldBeProblem(503);
        Assert.Matches("^[1-9][0-9]*$", refused.Headers["Retry-After"]);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 4.5, 20);
    }

    [Fact]
    public async Task A_read_waits_for_the_position_it_asks_for()
    {
        var (_, _, url) = await Api.OfferAsync();
        var position = (await Api.GetAsync(url)).Position;

        var waiting = Api.GetAsync(url, ("Marketplace-Min-Position", (position + 1).ToString(CultureInfo.InvariantCulture)));
        await Task.Delay(50);
        Assert.False(waiting.IsCompleted);
        await Api.PatchAsync(url, new { quantity = 7 });

        Assert.Equal(7, (int)(await waiting).ShouldBe(200).Json["quantity"]!);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("9223372036854775808")]
    [InlineData("1, 2")]
    public async Task A_malformed_position_is_400(string position)
    {
        var (product, seller, url) = await Api.OfferAsync();
        foreach (var resource in new[]
                 {
                     url, $"/v1/products/{product}", $"/v1/products/{product}/offers", $"/v1/products/{product}/lowest-prices",
                     $"/v1/sellers/{seller}/offers", "/v1/products",
                 })
            (await Api.GetAsync(resource, ("Marketplace-Min-Position", position))).ShouldBeProblem(400, "Marketplace-Min-Position");
    }
}
