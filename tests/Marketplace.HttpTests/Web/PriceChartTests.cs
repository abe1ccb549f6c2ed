using System.Xml.Linq;
using Marketplace.HttpTests.Support;
using Marketplace.Pricing;

namespace Marketplace.HttpTests.Web;

public class PriceChartTests(SharedMarketplace marketplace) : IClassFixture<SharedMarketplace>
{
    private Api Api => marketplace.Api;

    [Fact]
    public async Task The_chart_is_a_picture_of_the_steps_and_of_the_gaps()
    {
        var productId = await Api.NewProductAsync();
        var offer = $"/v1/sellers/powells/offers/{productId}";
        await OfferAsync(offer, productId, 20.00m, "USD");
        (await Api.PatchAsync(offer, new { price = new { amount = 18.00m, currency = "USD" } })).ShouldBe(200);
        (await Api.PostAsync($"{offer}/pause")).ShouldBe(200);

        var answer = (await Api.GetAsync($"/v1/products/{productId}/price-history.svg?listingType=used&currency=USD")).ShouldBe(200);
        var svg = XDocument.Parse(answer.Body).Root!;

        Assert.StartsWith("image/svg+xml", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.True(answer.Position > 0);
        Assert.Equal("Lowest price with shipping, used, USD", Part(svg, "title"));
        Assert.Contains("lowest $18.00, highest $20.00, nothing on sale at the end", Part(svg, "desc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_product_without_offers_has_an_empty_chart()
    {
        var productId = await Api.NewProductAsync();

        var answer = (await Api.GetAsync($"/v1/products/{productId}/price-history.svg?listingType=used")).ShouldBe(200);

        Assert.Contains("Nothing was on sale", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_product_with_offers_in_two_currencies_needs_to_be_told_which()
    {
        var productId = await Api.NewProductAsync();
        await OfferAsync($"/v1/sellers/a/offers/{productId}", productId, 20.00m, "USD");
        await OfferAsync($"/v1/sellers/b/offers/{productId}", productId, 20.00m, "GBP");

        (await Api.GetAsync($"/v1/products/{productId}/price-history.svg?listingType=used")).ShouldBeProblem(400, "currency");
        (await Api.GetAsync($"/v1/products/{productId}/price-history.svg?listingType=used&currency=GBP")).ShouldBe(200);
    }

    [Theory]
    [InlineData("", "listingType")]
    [InlineData("?listingType=Used", "listingType")]
    [InlineData("?listingType=used&currency=usd", "currency")]
    [InlineData("?listingType=used&from=yesterday", "from")]
    [InlineData("?listingType=used&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to")]
    [InlineData("?listingType=used&colour=red", "colour")]
    public async Task What_is_wrong_with_the_query_is_named(string query, string parameter) =>
        (await Api.GetAsync($"/v1/products/any/price-history.svg{query}")).ShouldBeProblem(400, parameter);

    [Fact]
    public async Task An_unknown_product_has_no_chart() =>
        (await Api.GetAsync("/v1/products/no-such/price-history.svg?listingType=used")).ShouldBeProblem(404);

    [Fact]
    public async Task The_latest_steps_are_found_by_walking_an_index_back_and_never_sorted()
    {
        await using var connection = await marketplace.Database.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            set search_path = marketplace;
            insert into price_group select 1000000 + n, 'plan-' || n, 'used', 'USD' from generate_series(0, 19) as n;
            insert into lowest_price_step (group_no, position, effective_at, offer_count, by_position, by_instant, is_price_step)
                select 1000000 + n % 20, n, '2026-01-01Z'::timestamptz + n * interval '1 second', 0, false, true, n % 3 = 0
                  from generate_series(1, 20000) as n;
            analyze price_group, lowest_price_step;
            set plan_cache_mode = force_generic_plan;
            prepare latest (text, text, text, timestamptz, int) as {LatestSteps.Sql};
            """;
        await command.ExecuteNonQueryAsync();
        command.CommandText = "explain (format json) execute latest ('plan-7', 'used', 'USD', '2026-02-01Z', 10)";

        var plan = (string)(await command.ExecuteScalarAsync())!;

        Assert.Contains("\"Index Name\": \"lowest_price_step_of_price\"", plan, StringComparison.Ordinal);
        Assert.Contains("\"Scan Direction\": \"Backward\"", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }

    private static string Part(XElement svg, string name) => svg.Element(svg.Name.Namespace + name)!.Value;

    private async Task OfferAsync(string offer, string productId, decimal amount, string currency) => (await Api.PutAsync(offer, new
    {
        productId,
        listingType = "used",
        condition = "good",
        price = new { amount, currency },
        quantity = 1,
    })).ShouldBe(201);
}
