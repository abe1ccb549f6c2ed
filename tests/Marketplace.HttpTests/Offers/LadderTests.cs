using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

public class LadderTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private Api Api => app.Api;

    [Fact]
    public async Task The_ladder_goes_by_currency_landed_price_the_prices_time_seller_and_sku()
    {
        var product = await Api.NewProductAsync();
        (string, string)[] sameTime = [("Marketplace-Cause", "correction"), ("Marketplace-Effective-At", "2020-01-01T00:00:00Z")];
        await Post("late", "k", product, 20m);
        await Post("cheap", "k", product, 1m, shipping: 18m);
        await Post("b", "k", product, 20m, headers: sameTime);
        await Post("a", "z", product, 20m, headers: sameTime);
        await Post("a", "Z", product, 15m, shipping: 5m, headers: sameTime);
        await Post("B", "k", product, 20m, headers: sameTime);
        await Post("euro", "k", product, 500m, currency: "EUR");
        await Post("paused", "k", product, 1m);
        await Api.PostAsync(Given.Offer(Seller("paused", product), "k") + "/pause");
        await Post("empty", "k", product, 1m, quantity: 0);
        await Post("gone", "k", product, 1m);
        await Api.DeleteAsync(Given.Offer(Seller("gone", product), "k"));

        Assert.Equal(["euro k", "cheap k", "B k", "a Z", "a z", "b k", "late k"], Names(await All($"/v1/products/{product}/offers"), product));
        Assert.Equal(["euro k"], Names(await All($"/v1/products/{product}/offers?currency=EUR"), product));
        Assert.Equal(["cheap k", "B k"], Names(Items(await Api.GetAsync($"/v1/products/{product}/offers?currency=USD&limit=2")), product));
    }

    [Fact]
    public async Task Repricing_moves_an_offer_behind_its_equals_and_restocking_does_not()
    {
        var product = await Api.NewProductAsync();
        await Post("one", "k", product, 20m);
        await Post("two", "k", product, 20m);
        var one = Given.Offer(Seller("one", product), "k");

        await Api.PostAsync(one + "/pause");
        await Api.PatchAsync(one, new { quantity = 0 });
        await Api.PatchAsync(one, new { quantity = 5 });
        await Api.PostAsync(one + "/resume");
        Assert.Equal(["one k", "two k"], Names(await All($"/v1/products/{product}/offers"), product));

        await Api.PatchAsync(one, new { price = new { amount = 19, currency = "USD" }, shipping = new { amount = 1, currency = "USD" } });
        Assert.Equal(["two k", "one k"], Names(await All($"/v1/products/{product}/offers"), product));
    }

    [Fact]
    public async Task A_listing_type_is_a_ladder_of_its_own()
    {
        var product = await Api.NewProductAsync();
        await Post("u", "k", product, 20m);
        await Post("z", "k", product, 10m, listingType: "zShops");
        await Post("c", "k", product, 15m, listingType: "collectible", note: "Signed.");

        Assert.Equal(["z k", "c k", "u k"], Names(await All($"/v1/products/{product}/offers"), product));
        Assert.Equal(["u k"], Names(await All($"/v1/products/{product}/offers?listingType=used"), product));
        Assert.Equal(["c k"], Names(await All($"/v1/products/{product}/offers?listingType=collectible&currency=USD"), product));
        Assert.Empty(await All($"/v1/products/{product}/offers?listingType=zShops&currency=EUR"));
    }

    [Fact]
    public async Task Pages_hold_every_offer_once_while_prices_change_elsewhere()
    {
        var (product, other) = (await Api.NewProductAsync(), await Api.NewProductAsync());
        for (var i = 0; i < 23; i++)
            await Post($"s{i}", "k", product, 20m + i % 3, currency: i % 5 == 0 ? "EUR" : "USD", listingType: i % 2 == 0 ? "used" : "zShops");
        await Post("elsewhere", "k", other, 1m);
        var whole = Names(await All($"/v1/products/{product}/offers?limit=500"), product);

        foreach (var limit in new[] { 1, 2, 7, 22, 23 })
        {
            var (paged, url) = (new List<JsonNode>(), $"/v1/products/{product}/offers?limit={limit}");
            string? next = "";
            while (next is not null)
            {
                var page = (await Api.GetAsync(url + (next == "" ? "" : $"&after={next}"))).ShouldBe(200);
                Assert.True(Items(page).Length <= limit);
                paged.AddRange(Items(page));
                next = (string?)page.Json["next"];
                await Api.PatchAsync(Given.Offer(Seller("elsewhere", other), "k"), new { price = new { amount = paged.Count + limit, currency = "USD" } });
            }
            Assert.Equal(whole, Names([.. paged], product));
        }
        Assert.Equal(23, whole.Length);
    }

    [Fact]
    public async Task What_cannot_be_asked_for_is_refused()
    {
        var product = await Api.NewProductAsync();
        var url = $"/v1/products/{product}/offers";

        (await Api.GetAsync(url + "?listingType=zshops&currency=usd&limit=0&after=x")).ShouldBeProblem(400, "listingType", "currency", "limit", "after");
        (await Api.GetAsync(url + "?limit=501")).ShouldBeProblem(400, "limit");
        (await Api.GetAsync(url + "?colour=red")).ShouldBeProblem(400, "colour");
        (await Api.GetAsync(url + "?currency=")).ShouldBeProblem(400, "currency");
        (await Api.GetAsync("/v1/products/no-such-book/offers")).ShouldBeProblem(404);
        (await Api.GetAsync("/v1/products/../offers")).ShouldBeProblem(400, "productId");
    }

    [Fact]
    public async Task A_sellers_offers_are_listed_by_sku_with_or_without_a_status()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));
        foreach (var sku in new[] { "b", "a", "C", "d", "e" })
            await Api.PutAsync(Given.Offer(seller, sku), Given.Terms(product, 20m, quantity: sku == "e" ? 0 : 1));
        await Api.PostAsync(Given.Offer(seller, "b") + "/pause");
        await Api.DeleteAsync(Given.Offer(seller, "d"));
        var url = $"/v1/sellers/{seller}/offers";

        Assert.Equal(["C", "a", "b", "d", "e"], Skus(await All(url)));
        Assert.Equal(["C", "a", "b", "d", "e"], Skus(await All(url + "?limit=2")));
        Assert.Equal(["C", "a"], Skus(await All(url + "?status=active")));
        Assert.Equal(["b"], Skus(await All(url + "?status=paused")));
        Assert.Equal(["d"], Skus(await All(url + "?status=withdrawn")));
        Assert.Equal(["e"], Skus(await All(url + "?status=sold_out")));
        Assert.Empty(await All($"/v1/sellers/{MarketplaceFixture.NewId("seller")}/offers"));
        (await Api.GetAsync(url + "?status=Active&limit=abc")).ShouldBeProblem(400, "status", "limit");
        (await Api.GetAsync(url + "?after=" + Marketplace.Http.Cursor.Encode("ladder", "a"))).ShouldBeProblem(400, "after");
    }

    private async Task Post(string seller, string sku, string product, decimal price, decimal? shipping = null, int quantity = 1, string listingType = "used",
        string currency = "USD", string? note = null, (string, string)[]? headers = null) =>
        (await Api.PutAsync(Given.Offer(Seller(seller, product), sku), Given.Terms(product, price, shipping, quantity, listingType, "good", currency, note), headers ?? []))
            .ShouldBe(201);

    private async Task<JsonNode[]> All(string url)
    {
        var items = new List<JsonNode>();
        for (var page = (await Api.GetAsync(url)).ShouldBe(200); ; page = await Api.GetAsync(url + $"{(url.Contains('?') ? '&' : '?')}after={(string?)page.Json["next"]}"))
        {
            items.AddRange(Items(page));
            if ((string?)page.Json["next"] is null) return [.. items];
        }
    }

    // The product's name behind the seller's keeps tests apart and the order by seller as it is.
    private static string Seller(string seller, string product) => $"{seller}.{product}";

    private static JsonNode[] Items(Answered page) => [.. page.Json["items"]!.AsArray().Select(item => item!)];

    private static string[] Names(JsonNode[] items, string product) => [.. items.Select(o => $"{((string)o["sellerId"]!).Replace("." + product, "")} {(string?)o["sku"]}")];

    private static string[] Skus(JsonNode[] items) => [.. items.Select(o => (string)o["sku"]!)];
}
