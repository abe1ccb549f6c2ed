using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Pricing;

public sealed class LowestPricesTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    [Fact]
    public async Task An_answer_has_every_member_of_the_contract_and_no_other()
    {
        var shop = await Shop.OpenAsync(app);
        var posted = (await shop.PutAsync("powells", 20m, 3.5m, condition: "like_new")).ShouldBe(201);

        var answer = (await app.Api.GetAsync($"/v1/products/{shop.ProductId}/lowest-prices")).ShouldBe(200);

        Assert.Equal(["productId", "position", "asOf", "items"], answer.Json.AsObject().Select(m => m.Key));
        Assert.True(answer.Position >= posted.Position);
        Assert.Equal(answer.Position, (long)answer.Json["position"]!);
        var item = Assert.Single(answer.Json["items"]!.AsArray())!.AsObject();
        Assert.Equal(["listingType", "price", "shipping", "landedPrice", "sellerId", "sku", "condition", "offerCount", "since"], item.Select(m => m.Key));
        item.Remove("since");
        item["sku"] = "k";
        Assert.Equal("""
            {"listingType":"zShops","price":{"amount":20.00,"currency":"USD"},"shipping":{"amount":3.50,"currency":"USD"},"landedPrice":{"amount":23.50,"currency":"USD"},"sellerId":"powells","sku":"k","condition":"like_new","offerCount":1}
            """.Trim(), item.ToJsonString());
    }

    [Fact]
    public async Task Items_come_in_the_order_of_the_page_then_by_currency()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("a", 9m);
        await shop.PutAsync("b", 8m, currency: "EUR");
        await shop.PutAsync("c", 25m, type: "collectible");
        await shop.PutAsync("d", 20m, type: "used", condition: "good");

        Assert.Equal("used 20.00 USD d of 1; collectible 25.00 USD c of 1; zShops 8.00 EUR b of 1; zShops 9.00 USD a of 1", await shop.LowestAsync());
    }

    [Fact]
    public async Task Of_two_at_one_landed_price_the_price_that_took_effect_first_wins_then_the_lesser_seller()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("zed", 10m, 2m, at: "2024-05-01T00:00:00Z");
        await shop.PutAsync("bob", 11m, 1m, at: "2024-05-02T00:00:00Z");
        await shop.PutAsync("amy", 12m, 0m, at: "2024-05-02T00:00:00Z");
        Assert.Equal("zShops 12.00 USD zed of 3", await shop.LowestAsync());

        await shop.DoAsync("zed", "pause");
        Assert.Equal("zShops 12.00 USD amy of 2", await shop.LowestAsync());

        // Coming back does not make the price a new one.
        await shop.DoAsync("zed", "resume");
        Assert.Equal("zShops 12.00 USD zed of 3", await shop.LowestAsync());
    }

    [Fact]
    public async Task Paused_sold_out_and_withdrawn_offers_do_not_compete()
    {
        var shop = await Shop.OpenAsync(app);
        foreach (var (seller, price) in new[] { ("a", 1m), ("b", 2m), ("c", 3m), ("d", 4m) }) await shop.PutAsync(seller, price);
        await shop.DoAsync("a", "pause");
        await shop.RestockAsync("b", 0);
        await shop.WithdrawAsync("c");

        Assert.Equal("zShops 4.00 USD d of 1", await shop.LowestAsync());
    }

    [Fact]
    public async Task A_product_without_offers_has_no_items_and_an_unknown_one_is_absent()
    {
        var shop = await Shop.OpenAsync(app);
        Assert.Equal("", await shop.LowestAsync());
        (await app.Api.GetAsync("/v1/products/nobody-listed-this/lowest-prices")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task The_entity_tag_stays_while_no_price_moves_and_answers_304()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("a", 10m);
        var first = await app.Api.GetAsync($"/v1/products/{shop.ProductId}/lowest-prices");
        await (await Shop.OpenAsync(app)).PutAsync("elsewhere", 1m);

        (await app.Api.GetAsync($"/v1/products/{shop.ProductId}/lowest-prices", ("If-None-Match", first.ETag!))).ShouldBe(304);

        await shop.RepriceAsync("a", 11m);
        var changed = (await app.Api.GetAsync($"/v1/products/{shop.ProductId}/lowest-prices", ("If-None-Match", first.ETag!))).ShouldBe(200);
        Assert.NotEqual(first.ETag, changed.ETag);
    }

    [Fact]
    public async Task Many_products_are_answered_once_each_in_the_order_asked_and_unknown_ones_named()
    {
        var (one, two, empty) = (await Shop.OpenAsync(app), await Shop.OpenAsync(app), await Shop.OpenAsync(app));
        await one.PutAsync("a", 1m);
        await two.PutAsync("b", 2m);

        var answer = (await app.Api.PostAsync("/v1/lowest-prices/query",
            new { productIds = new[] { two.ProductId, "no-such", one.ProductId, empty.ProductId, two.ProductId } })).ShouldBe(200);

        Assert.Equal([two.ProductId, one.ProductId, empty.ProductId], answer.Json["items"]!.AsArray().Select(i => (string?)i!["productId"]));
        Assert.Equal(["zShops 2.00 USD b of 1", "zShops 1.00 USD a of 1", ""], answer.Json["items"]!.AsArray().Select(i => Shop.Words(i!)));
        Assert.Equal(["no-such"], answer.Json["unknown"]!.AsArray().Select(i => (string?)i));
        Assert.Equal(answer.Position, (long)answer.Json["items"]![0]!["position"]!);
    }

    [Fact]
    public async Task A_query_for_many_products_is_checked()
    {
        (await app.Api.PostAsync("/v1/lowest-prices/query", new { })).ShouldBeProblem(400, "productIds");
        (await app.Api.PostAsync("/v1/lowest-prices/query", new { productIds = Array.Empty<string>() })).ShouldBeProblem(400, "productIds");
        (await app.Api.PostAsync("/v1/lowest-prices/query", new { productIds = new[] { "fine", "not/fine" } })).ShouldBeProblem(400, "productIds[1]");
        (await app.Api.PostAsync("/v1/lowest-prices/query", new { productIds = new string?[] { null } })).ShouldBeProblem(400, "productIds[0]");
        (await app.Api.PostAsync("/v1/lowest-prices/query", new { productIds = Enumerable.Range(0, 1001).Select(n => $"p{n}") })).ShouldBeProblem(400, "productIds");
        (await app.Api.PostAsync("/v1/lowest-prices/query", new { productIds = Enumerable.Range(0, 1000).Select(n => $"p{n}") })).ShouldBe(200);
    }

    [Fact]
    public async Task A_read_waits_for_the_position_it_is_told_to_and_refuses_one_that_does_not_come()
    {
        var shop = await Shop.OpenAsync(app);
        var posted = await shop.PutAsync("a", 1m);
        var url = $"/v1/products/{shop.ProductId}/lowest-prices";

        (await app.Api.GetAsync(url, ("Marketplace-Min-Position", $"{posted.Position}"))).ShouldBe(200);
        (await app.Api.GetAsync(url, ("Marketplace-Min-Position", "soon"))).ShouldBeProblem(400, "Marketplace-Min-Position");
        var late = (await app.Api.GetAsync(url, ("Marketplace-Min-Position", "999999999"))).ShouldBeProblem(503);
        Assert.NotEmpty(late.Headers["Retry-After"]);
    }
}
