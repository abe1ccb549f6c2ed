using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Web;

public class ProductPageTests(SharedMarketplace marketplace) : IClassFixture<SharedMarketplace>
{
    private Api Api => marketplace.Api;

    [Fact]
    public async Task A_products_page_has_its_words_and_its_ladder_cheapest_first()
    {
        var productId = await Api.NewProductAsync("The Sea & the <Man>");
        await OfferAsync(productId, "dear", 25.00m, 0m);
        await OfferAsync(productId, "cheap", 20.00m, 3.99m);
        await OfferAsync(productId, "paused", 1.00m, 0m);
        (await Api.PostAsync($"/v1/sellers/{productId}-paused/offers/copy/pause")).ShouldBe(200);

        var page = (await Api.GetAsync($"/products/{productId}")).ShouldBe(200).Body;

        Assert.Contains("<h1>The Sea &amp; the &lt;Man&gt;</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<li>Used price: $20.00</li>", page, StringComparison.Ordinal);
        Assert.Contains("Used, USD: 2 offers", page, StringComparison.Ordinal);
        Assert.InRange(page.IndexOf("-cheap", StringComparison.Ordinal), 0, page.IndexOf("-dear", StringComparison.Ordinal));
        Assert.Contains("<td class=\"num landed\">$23.99</td>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/products/no-such-product")]
    [InlineData("/products/<b>")]
    [InlineData("/products/..")]
    public async Task An_unknown_product_is_a_page_that_says_so(string url)
    {
        var page = (await Api.GetAsync(url)).ShouldBe(404);

        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("There is no such product", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instant_that_cannot_be_answered_is_explained_beside_the_products_name()
    {
        var productId = await Api.NewProductAsync("Still here");

        var page = (await Api.GetAsync($"/products/{productId}?asOf=soon")).ShouldBe(400).Body;

        Assert.Contains("<h1>Still here</h1>", page, StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_it_was_listed_a_product_has_nothing_to_show()
    {
        var productId = await Api.NewProductAsync("Too young");

        var page = (await Api.GetAsync($"/products/{productId}?asOf=2001-02-03T04:05:06Z")).ShouldBe(200).Body;

        Assert.Contains("was not listed yet", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Too young", page, StringComparison.Ordinal);
    }

    private async Task OfferAsync(string productId, string seller, decimal amount, decimal shipping) =>
        (await Api.PutAsync($"/v1/sellers/{productId}-{seller}/offers/copy", new
        {
            productId,
            listingType = "used",
            condition = "good",
            price = new { amount, currency = "USD" },
            shipping = new { amount = shipping, currency = "USD" },
            quantity = 1,
        })).ShouldBe(201);
}
