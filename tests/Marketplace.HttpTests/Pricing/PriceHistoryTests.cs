using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Pricing;

public sealed class PriceHistoryTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    [Fact]
    public async Task A_step_has_every_member_of_the_contract_and_a_span_without_offers_has_no_price()
    {
        var shop = await Shop.OpenAsync(app);
        var posted = (await shop.PutAsync("a", 10m, 1m, at: "2024-03-01T00:00:00Z")).Position;
        await shop.DoAsync("a", "pause", at: "2024-03-02T00:00:00Z");
        await shop.DoAsync("a", "resume", at: "2024-03-04T00:00:00Z");

        var steps = await shop.StepsAsync();

        Assert.Equal(3, steps.Count);
        Assert.Equal(
            """{"from":"2024-03-01T00:00:00.000000Z","to":"2024-03-02T00:00:00.000000Z","landedPrice":{"amount":11.00,"currency":"USD"},"price":{"amount":10.00,"currency":"USD"},"shipping":{"amount":1.00,"currency":"USD"},"sellerId":"a","sku":"k","position":""" + $"{posted}}}",
            steps[0]!.ToJsonString().Replace(shop.ProductId, "k", StringComparison.Ordinal));
        Assert.All(new[] { "landedPrice", "price", "shipping", "sellerId", "sku" }, name => Assert.Null(steps[1]![name]));
        Assert.Equal("2024-03-04T00:00:00.000000Z", (string?)steps[1]!["to"]);
        Assert.Null(steps[2]!["to"]);
    }

    [Fact]
    public async Task Changes_that_leave_the_lowest_price_alone_make_no_step()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("a", 10m, at: "2024-03-01T00:00:00Z");
        await shop.PutAsync("b", 11m, at: "2024-03-02T00:00:00Z");
        await shop.RepriceAsync("b", 12m, at: "2024-03-03T00:00:00Z");
        await shop.RestockAsync("a", 7, at: "2024-03-04T00:00:00Z");
        await shop.PutAsync("a", 10m, quantity: 7, condition: "like_new", at: "2024-03-05T00:00:00Z");

        Assert.Single(await shop.StepsAsync());
        Assert.Equal("zShops 10.00 USD a of 2", await shop.AsOfAsync("2024-03-02T00:00:00Z"));
    }

    [Fact]
    public async Task A_range_gives_the_steps_in_force_in_it_whole()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("a", 10m, at: "2024-03-01T00:00:00Z");
        for (var day = 2; day <= 9; day++) await shop.RepriceAsync("a", 10m + day, at: $"2024-03-0{day}T00:00:00Z");

        var steps = await shop.StepsAsync("?listingType=zShops&from=2024-03-03T12:00:00Z&to=2024-03-05T00:00:00Z");

        Assert.Equal(["2024-03-03T00:00:00.000000Z", "2024-03-04T00:00:00.000000Z"], steps.Select(s => (string?)s!["from"]));
        Assert.Equal("2024-03-05T00:00:00.000000Z", (string?)steps[^1]!["to"]);
        Assert.Empty(await shop.StepsAsync("?listingType=zShops&to=2024-03-01T00:00:00Z"));
        Assert.Single(await shop.StepsAsync("?listingType=zShops&from=2025-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task Steps_are_paged_without_gap_or_repetition()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("a", 10m, at: "2024-03-01T00:00:00Z");
        for (var day = 2; day <= 9; day++) await shop.RepriceAsync("a", 10m + day, at: $"2024-03-0{day}T00:00:00Z");
        var all = await shop.StepsAsync();

        var (paged, after) = (new List<JsonNode?>(), "");
        do
        {
            var page = (await app.Api.GetAsync($"/v1/products/{shop.ProductId}/price-history?listingType=zShops&limit=4{after}")).ShouldBe(200).Json;
            paged.AddRange(page["items"]!.AsArray());
            after = $"&after={page["next"]}";
        }
        while (after != "&after=");

        Assert.Equal(9, all.Count);
        Assert.Equal(all.Select(s => s!.ToJsonString()), paged.Select(s => s!.ToJsonString()));
    }

    [Fact]
    public async Task The_currency_must_be_named_where_there_is_more_than_one()
    {
        var shop = await Shop.OpenAsync(app);
        var url = $"/v1/products/{shop.ProductId}/price-history?listingType=zShops";
        Assert.Empty((await app.Api.GetAsync(url)).ShouldBe(200).Json["items"]!.AsArray());
        await shop.PutAsync("a", 10m);
        Assert.Single(await shop.StepsAsync());
        await shop.PutAsync("b", 10m, currency: "EUR");

        var refused = (await app.Api.GetAsync(url)).ShouldBeProblem(400, "currency");
        Assert.Contains("EUR, USD", refused.Body, StringComparison.Ordinal);
        Assert.Single(await shop.StepsAsync("?listingType=zShops&currency=EUR"));
        Assert.Empty(await shop.StepsAsync("?listingType=zShops&currency=JPY"));
    }

    [Fact]
    public async Task Parameters_are_checked()
    {
        var shop = await Shop.OpenAsync(app);
        var url = $"/v1/products/{shop.ProductId}/price-history";
        (await app.Api.GetAsync(url)).ShouldBeProblem(400, "listingType");
        (await app.Api.GetAsync($"{url}?listingType=zshops")).ShouldBeProblem(400, "listingType");
        (await app.Api.GetAsync($"{url}?listingType=used&currency=usd")).ShouldBeProblem(400, "currency");
        (await app.Api.GetAsync($"{url}?listingType=used&from=2024-01-02T00:00:00Z&to=2024-01-02T00:00:00Z")).ShouldBeProblem(400, "to");
        (await app.Api.GetAsync($"{url}?listingType=used&limit=0&after=x")).ShouldBeProblem(400, "limit", "after");
        (await app.Api.GetAsync("/v1/products/nobody/price-history?listingType=used")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task An_offers_price_points_say_who_set_them_when_and_why()
    {
        var shop = await Shop.OpenAsync(app);
        var url = $"/v1/sellers/teller/offers/{shop.ProductId}/price-history";
        await shop.PutAsync("teller", 10m);
        await shop.RestockAsync("teller", 5);
        var repriced = await shop.RepriceAsync("teller", 12m, at: null);
        await shop.WithdrawAsync("teller");
        await shop.PutAsync("teller", 11m);

        var points = (await app.Api.GetAsync(url)).ShouldBe(200).Json["items"]!.AsArray();

        Assert.Equal(["offer_posted 1 10.00", "offer_repriced 3 12.00", "offer_reposted 5 11.00"],
            points.Select(p => $"{p!["event"]} {p["version"]} {p["price"]!["amount"]!.ToJsonString()}"));
        Assert.Equal(repriced.Position, (long)points[1]!["position"]!);
        Assert.Equal("seller:teller", (string?)points[0]!["actor"]);
        Assert.Equal("manual", (string?)points[0]!["cause"]);
        Assert.Equal((string?)points[0]!["effectiveAt"], (string?)points[0]!["recordedAt"]);

        var first = (await app.Api.GetAsync($"{url}?limit=2")).ShouldBe(200).Json;
        var rest = (await app.Api.GetAsync($"{url}?limit=2&after={first["next"]}")).ShouldBe(200).Json;
        Assert.Equal("offer_reposted", (string?)Assert.Single(rest["items"]!.AsArray())!["event"]);
        Assert.Null(rest["next"]);
        (await app.Api.GetAsync("/v1/sellers/teller/offers/other/price-history")).ShouldBeProblem(404);
        (await app.Api.GetAsync($"{url}?after=zzz")).ShouldBeProblem(400, "after");
    }

    [Fact]
    public async Task A_correction_shows_with_its_cause_its_reason_and_both_times()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("corrector", 10m, at: "2024-02-03T04:05:06.789Z");

        var point = Assert.Single((await app.Api.GetAsync($"/v1/sellers/corrector/offers/{shop.ProductId}/price-history")).ShouldBe(200).Json["items"]!.AsArray())!;

        Assert.Equal("correction", (string?)point["cause"]);
        Assert.Equal("told late", (string?)point["reason"]);
        Assert.Equal("2024-02-03T04:05:06.789000Z", (string?)point["effectiveAt"]);
        Assert.True(string.CompareOrdinal((string?)point["recordedAt"], "2026") >= 0);
    }
}
