using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Pricing;

public sealed class AsOfTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    [Fact]
    public async Task A_past_position_is_answered_as_it_stood_then()
    {
        var shop = await Shop.OpenAsync(app);
        var first = (await shop.PutAsync("a", 10m)).Position;
        var second = (await shop.PutAsync("b", 9m)).Position;
        var third = (await shop.RepriceAsync("a", 8m)).Position;
        var sold = (await shop.RestockAsync("a", 0)).Position;
        var gone = (await shop.WithdrawAsync("b")).Position;

        Assert.Equal("", await shop.AtAsync(first - 1));
        Assert.Equal("zShops 10.00 USD a of 1", await shop.AtAsync(first));
        Assert.Equal("zShops 9.00 USD b of 2", await shop.AtAsync(second));
        Assert.Equal("zShops 8.00 USD a of 2", await shop.AtAsync(third));
        Assert.Equal("zShops 9.00 USD b of 1", await shop.AtAsync(sold));
        Assert.Equal("", await shop.AtAsync(gone));
        Assert.Equal("", await shop.AtAsync(0));
    }

    [Fact]
    public async Task A_backfill_changes_what_was_in_force_but_not_what_was_known()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("a", 10m, at: "2024-03-01T00:00:00Z");
        var before = (await shop.RepriceAsync("a", 12m, at: "2024-06-01T00:00:00Z")).Position;
        await app.CatchUpAsync();
        Assert.Equal("zShops 10.00 USD a of 1", await shop.AsOfAsync("2024-04-15T00:00:00Z"));

        // Told months late, between what was known already.
        var told = (await shop.PutAsync("b", 9m, at: "2024-04-01T00:00:00Z")).Position;
        await shop.RepriceAsync("b", 11m, at: "2024-05-01T00:00:00Z");

        Assert.Equal("zShops 10.00 USD a of 1", await shop.AsOfAsync("2024-03-31T23:59:59.999999Z"));
        Assert.Equal("zShops 9.00 USD b of 2", await shop.AsOfAsync("2024-04-01T00:00:00Z"));
        Assert.Equal("zShops 10.00 USD a of 2", await shop.AsOfAsync("2024-05-01T00:00:00Z"));
        Assert.Equal("zShops 11.00 USD b of 2", await shop.AsOfAsync("2024-06-01T00:00:00Z"));
        Assert.Equal("zShops 12.00 USD a of 1", await shop.AtAsync(before));
        Assert.Equal("zShops 9.00 USD b of 2", await shop.AtAsync(told));

        Assert.Equal(
            ["2024-03-01T00:00:00.000000Z 10.00 a", "2024-04-01T00:00:00.000000Z 9.00 b", "2024-05-01T00:00:00.000000Z 10.00 a", "2024-06-01T00:00:00.000000Z 11.00 b"],
            (await shop.StepsAsync()).Select(s => $"{s!["from"]} {s["landedPrice"]!["amount"]!.ToJsonString()} {s["sellerId"]}"));
    }

    [Fact]
    public async Task What_changes_and_changes_back_at_one_instant_was_never_in_force()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("a", 10m, at: "2024-03-01T00:00:00Z");
        await shop.RepriceAsync("a", 5m, at: "2024-03-02T00:00:00Z");
        await app.CatchUpAsync();
        await shop.RepriceAsync("a", 10m, at: "2024-03-02T00:00:00Z");

        var steps = await shop.StepsAsync();
        Assert.Equal(["2024-03-01T00:00:00.000000Z"], steps.Select(s => (string?)s!["from"]));
        Assert.Equal("zShops 10.00 USD a of 1", await shop.AsOfAsync("2024-03-02T00:00:00Z"));
    }

    [Fact]
    public async Task An_offer_reposted_for_another_product_leaves_the_first_and_joins_the_second()
    {
        var (from, to) = (await Shop.OpenAsync(app), await Shop.OpenAsync(app));
        await from.PutAsync("mover", 10m, at: "2024-03-01T00:00:00Z");
        await to.PutAsync("host", 11m, at: "2024-03-01T00:00:00Z");
        await from.WithdrawAsync("mover", at: "2024-03-02T00:00:00Z");
        await from.PutAsync("mover", 10m, at: "2024-03-03T00:00:00Z", product: to.ProductId);

        Assert.Equal("zShops 10.00 USD mover of 1", await from.AsOfAsync("2024-03-01T12:00:00Z"));
        Assert.Equal("", await from.AsOfAsync("2024-03-02T00:00:00Z"));
        Assert.Equal("zShops 11.00 USD host of 1", await to.AsOfAsync("2024-03-02T00:00:00Z"));
        Assert.Equal("zShops 10.00 USD mover of 2", await to.AsOfAsync("2024-03-03T00:00:00Z"));

        var points = (await app.Api.GetAsync($"/v1/sellers/mover/offers/{from.ProductId}/price-history")).ShouldBe(200).Json["items"]!.AsArray();
        Assert.Equal([$"offer_posted {from.ProductId}", $"offer_reposted {to.ProductId}"], points.Select(p => $"{p!["event"]} {p["productId"]}"));
    }

    [Fact]
    public async Task A_moment_not_reached_or_not_understood_is_refused()
    {
        var shop = await Shop.OpenAsync(app);
        var last = (await shop.PutAsync("a", 10m)).Position;
        var url = $"/v1/products/{shop.ProductId}/lowest-prices";

        (await app.Api.GetAsync($"{url}?asOf=2999-01-01T00:00:00Z")).ShouldBeProblem(400, "asOf");
        (await app.Api.GetAsync($"{url}?asOf=yesterday")).ShouldBeProblem(400, "asOf");
        (await app.Api.GetAsync($"{url}?atPosition={last + 1000}")).ShouldBeProblem(400, "atPosition");
        (await app.Api.GetAsync($"{url}?atPosition=-1")).ShouldBeProblem(400, "atPosition");
        (await app.Api.GetAsync($"{url}?atPosition=1&asOf=2024-01-01T00:00:00Z")).ShouldBeProblem(400, "atPosition");
        (await app.Api.GetAsync("/v1/products/nobody/lowest-prices?atPosition=1")).ShouldBeProblem(404);
        Assert.Equal("", await shop.AsOfAsync("1969-07-20T20:17:40Z"));
    }

    [Fact]
    public async Task An_answer_as_of_now_holds_everything_acknowledged_before_it()
    {
        var shop = await Shop.OpenAsync(app);
        for (var price = 30; price > 20; price--)
        {
            var written = price == 30 ? await shop.PutAsync("a", price) : await shop.RepriceAsync("a", price);
            var answer = (await app.Api.GetAsync($"/v1/products/{shop.ProductId}/lowest-prices?atPosition={written.Position}")).ShouldBe(200);
            Assert.Equal($"zShops {price}.00 USD a of 1", Shop.Words(answer.Json));
            Assert.Equal(written.Position, (long)answer.Json["position"]!);
            Assert.True(answer.Position >= written.Position);
        }
    }

    [Fact]
    public async Task An_effective_time_before_the_beginning_of_time_as_it_is_kept_is_refused()
    {
        var shop = await Shop.OpenAsync(app);
        (await shop.PutAsync("a", 10m, at: "0001-01-01T00:00:00Z")).ShouldBeProblem(400, "Marketplace-Effective-At");
    }
}
