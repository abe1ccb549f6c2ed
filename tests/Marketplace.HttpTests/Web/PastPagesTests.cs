using System.Globalization;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Web;

public class PastPagesTests(MarketplaceFixture marketplace) : IClassFixture<MarketplaceFixture>
{
    private Api Api => marketplace.Api;

    [Fact]
    public async Task A_past_instant_shows_words_ladder_chart_and_reviews_as_they_stood()
    {
        var productId = await Api.NewProductAsync("First title");
        await OfferAsync(productId, "powells", 20.00m);
        await ReviewAsync(productId, "ann", 5, "Kept");
        await ReviewAsync(productId, "bob", 1, "Before");
        var then = await InstantAsync();

        (await Api.PutAsync($"/v1/products/{productId}", new { title = "Second title" })).ShouldBe(200);
        var cheaper = new { price = new { amount = 17.50m, currency = "USD" } };
        (await Api.PatchAsync($"/v1/sellers/powells/offers/{productId}", cheaper)).ShouldBe(200);
        await OfferAsync(productId, "strand", 30.00m);
        await ReviewAsync(productId, "bob", 4, "After");

        var past = (await Api.GetAsync($"/products/{productId}?asOf={then}")).ShouldBe(200).Body;
        var now = (await Api.GetAsync($"/products/{productId}")).ShouldBe(200).Body;

        AssertHas(past, "<h1>First title</h1>", "<li>Used price: $20.00</li>", "Used, USD: 1 offer,", "lowest $20.00, highest $20.00");
        AssertHas(past, "<h3>Before</h3>", "3.00 of 5 stars");
        AssertLacks(past, "Second title", "$17.50", "strand", "After");
        AssertHas(now, "<h1>Second title</h1>", "<li>Used price: $17.50</li>", "Used, USD: 2 offers,");
        AssertHas(now, "<h3>After</h3>", "4.50 of 5 stars");
    }

    [Fact]
    public async Task The_list_of_products_shows_the_lowest_prices_of_a_past_instant_and_keeps_to_it()
    {
        var productId = await Api.NewProductAsync("Listed then");
        await OfferAsync(productId, "powells", 20.00m);
        var then = await InstantAsync();
        var later = await Api.NewProductAsync("Listed later");
        (await Api.DeleteAsync($"/v1/sellers/powells/offers/{productId}")).ShouldBe(204);

        var past = (await Api.GetAsync($"/?asOf={then}")).ShouldBe(200).Body;

        AssertHas(past, "Listed then", "Used price: $20.00", $"/products/{productId}?asOf=");
        AssertLacks(past, later);
    }

    [Fact]
    public async Task A_review_hidden_since_counts_in_that_days_summary_and_is_not_shown()
    {
        var productId = await Api.NewProductAsync();
        await ReviewAsync(productId, "ann", 5, "Out of sight");
        var then = await InstantAsync();
        (await Api.PostAsync($"/v1/reviews/{productId}~ann/hide", new { reason = "abuse" })).ShouldBe(200);

        var past = (await Api.GetAsync($"/products/{productId}?asOf={then}")).ShouldBe(200).Body;

        AssertHas(past, "1 review, 5.00 of 5 stars");
        AssertLacks(past, "Out of sight");
    }

    /// <summary>An instant after all that was done so far, as the field would send it.</summary>
    private static async Task<string> InstantAsync()
    {
        await Task.Delay(20);
        var then = DateTimeOffset.UtcNow;
        await Task.Delay(20);
        return then.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);
    }

    private async Task ReviewAsync(string productId, string reviewerId, int rating, string title)
    {
        var answer = await Api.PostAsync($"/v1/products/{productId}/reviews", new { reviewerId, rating, title, body = "Words." });
        Assert.InRange(answer.Status, 200, 201);
    }

    private async Task OfferAsync(string productId, string seller, decimal amount) =>
        (await Api.PutAsync($"/v1/sellers/{seller}/offers/{productId}", new
        {
            productId,
            listingType = "used",
            condition = "good",
            price = new { amount, currency = "USD" },
            quantity = 1,
        })).ShouldBe(201);

    private static void AssertHas(string page, params string[] texts) =>
        Assert.All(texts, text => Assert.Contains(text, page, StringComparison.Ordinal));

    private static void AssertLacks(string page, params string[] texts) =>
        Assert.All(texts, text => Assert.DoesNotContain(text, page, StringComparison.Ordinal));
}
