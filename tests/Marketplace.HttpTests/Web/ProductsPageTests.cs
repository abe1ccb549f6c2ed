using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Web;

public class ProductsPageTests(MarketplaceFixture marketplace) : IClassFixture<MarketplaceFixture>
{
    private Api Api => marketplace.Api;

    [Fact]
    public async Task Products_stand_on_the_first_page_with_their_lowest_prices_in_words()
    {
        var productId = await Api.NewProductAsync("Words & <Deeds>");
        await OfferAsync(productId, "used", "good", 20.00m, "USD");
        await OfferAsync(productId, "used", "good", 22.50m, "USD");
        await OfferAsync(productId, "zShops", "new", 27.11m, "USD");
        await OfferAsync(productId, "zShops", "new", 18m, "GBP");

        var page = (await Api.GetAsync("/")).ShouldBe(200);

        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains($"<a href=\"/products/{productId}\">Words &amp; &lt;Deeds&gt;</a>", page.Body, StringComparison.Ordinal);
        Assert.Contains(
            "<li>Used price: $20.00</li><li>Buy one from zShops for: $27.11</li><li>Buy one from zShops for: GBP 18.00</li>",
            page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_is_told_to_run_no_script_and_to_load_nothing()
    {
        var page = (await Api.GetAsync("/")).ShouldBe(200);

        var policy = page.Headers["Content-Security-Policy"];
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", page.Headers["Referrer-Policy"]);
    }

    [Fact]
    public async Task An_instant_before_a_product_was_listed_does_not_show_it()
    {
        var productId = await Api.NewProductAsync("Listed just now");

        var page = (await Api.GetAsync("/?asOf=2001-02-03T04:05")).ShouldBe(200);

        Assert.DoesNotContain(productId, page.Body, StringComparison.Ordinal);
        Assert.Contains("You are looking at the past", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?asOf=soon")]
    [InlineData("/?asOf=2901-01-01T00:00")]
    [InlineData("/?asOf=%3Cscript%3E")]
    [InlineData("/?after=nonsense")]
    public async Task What_cannot_be_answered_is_explained_on_a_page(string url)
    {
        var page = (await Api.GetAsync(url)).ShouldBe(400);

        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/?asOf=")]
    [InlineData("/?utm_source=elsewhere")]
    public async Task An_empty_field_and_a_strangers_parameter_do_no_harm(string url) => (await Api.GetAsync(url)).ShouldBe(200);

    private async Task OfferAsync(string productId, string listingType, string condition, decimal amount, string currency) =>
        (await Api.PutAsync($"/v1/sellers/{MarketplaceFixture.NewId("shop")}/offers/copy", new
        {
            productId,
            listingType,
            condition,
            price = new { amount, currency },
            quantity = 1,
        })).ShouldBe(201);
}
