using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

public class EffectiveTimeTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private static readonly (string, string) Correction = ("Marketplace-Cause", "correction");
    private Api Api => app.Api;

    [Fact]
    public async Task A_backfill_says_when_its_facts_held()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));

        (await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m), ("Marketplace-Cause", "correction"), At("2020-01-01T10:00:00Z"))).ShouldBe(201);
        var corrected = (await Api.PatchAsync(Given.Offer(seller), new { price = new { amount = 19, currency = "USD" } }, Correction, At("2020-02-01T12:00:00+02:00"))).ShouldBe(200);

        Assert.Equal("2020-02-01T10:00:00.000000Z", (string?)corrected.Json["priceSince"]);
        Assert.Equal("2020-02-01T10:00:00.000000Z", (string?)(await Api.GetAsync(Given.Offer(seller))).Json["priceSince"]);
        Assert.Equal("2020-02-01T10:00:00.000000Z", (string?)(await Api.GetAsync($"/v1/products/{product}/lowest-prices")).Json["items"]![0]!["since"]);
    }

    [Fact]
    public async Task Within_an_offer_effective_time_never_goes_back()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));
        await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m), Correction, At("2020-01-01T10:00:00Z"));

        var refused = await Api.PatchAsync(Given.Offer(seller), new { quantity = 3 }, Correction, At("2020-01-01T09:59:59.999999Z"));

        refused.ShouldBeProblem(409);
        Assert.Contains("2020-01-01T10:00:00.000000Z", (string?)refused.Json["detail"]);
        (await Api.PatchAsync(Given.Offer(seller), new { quantity = 3 }, Correction, At("2020-01-01T10:00:00Z"))).ShouldBe(200);
        (await Api.PatchAsync(Given.Offer(seller), new { quantity = 4 })).ShouldBe(200);
        (await Api.PatchAsync(Given.Offer(seller), new { quantity = 5 }, Correction, At("2020-01-02T10:00:00Z"))).ShouldBeProblem(409);
        Assert.Equal(3, await app.EventsAsync($"offer/{seller}/sku-1"));
    }

    [Fact]
    public async Task The_future_has_no_facts_yet()
    {
        var (product, seller, url) = await Api.OfferAsync();

        (await Api.PatchAsync(url, new { quantity = 3 }, Correction, At("2999-01-01T00:00:00Z"))).ShouldBeProblem(400, "Marketplace-Effective-At");
        (await Api.PutAsync(url, Given.Terms(product, 20m), Correction, At("2999-01-01T00:00:00Z"))).ShouldBeProblem(400, "Marketplace-Effective-At");
        Assert.Equal(1, await app.EventsAsync($"offer/{seller}/sku-1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("manual")]
    [InlineData("rule")]
    public async Task Only_a_correction_may_say_when(string? cause)
    {
        var (_, _, url) = await Api.OfferAsync();
        (string, string)[] headers = cause is null ? [At("2020-01-01T10:00:00Z")] : [At("2020-01-01T10:00:00Z"), ("Marketplace-Cause", cause)];

        (await Api.PatchAsync(url, new { quantity = 3 }, headers)).ShouldBeProblem(400, "Marketplace-Effective-At");
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2020-01-01")]
    [InlineData("2020-01-01T10:00:00")]
    [InlineData("2020-13-01T10:00:00Z")]
    [InlineData("")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    public async Task A_malformed_instant_is_400(string instant)
    {
        var (_, _, url) = await Api.OfferAsync();

        (await Api.PatchAsync(url, new { quantity = 3 }, Correction, At(instant))).ShouldBeProblem(400, "Marketplace-Effective-At");
    }

    [Fact]
    public async Task Nothing_took_effect_before_1970()
    {
        var (_, _, url) = await Api.OfferAsync();

        (await Api.PatchAsync(url, new { quantity = 3 }, Correction, At("1969-12-31T23:59:59Z"))).ShouldBeProblem(400, "Marketplace-Effective-At");
        (await Api.PatchAsync(url, new { quantity = 1 }, Correction, At("1969-12-31T23:59:59Z"))).ShouldBeProblem(400, "Marketplace-Effective-At");
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("1995-07-16T00:00:00Z")]
    public async Task The_distant_past_pages_like_any_other_time(string instant)
    {
        var product = await Api.NewProductAsync();
        foreach (var seller in new[] { "a", "b", "c" })
            (await Api.PutAsync(Given.Offer(MarketplaceFixture.NewId(seller)), Given.Terms(product, 20m), Correction, At(instant))).ShouldBe(201);

        var first = (await Api.GetAsync($"/v1/products/{product}/offers?limit=1")).ShouldBe(200);
        var rest = (await Api.GetAsync($"/v1/products/{product}/offers?after={(string?)first.Json["next"]}")).ShouldBe(200);

        Assert.Equal(2, rest.Json["items"]!.AsArray().Count);
        (await Api.GetAsync($"/v1/products/{product}/lowest-prices")).ShouldBe(200);
    }

    private static (string, string) At(string instant) => ("Marketplace-Effective-At", instant);
}
