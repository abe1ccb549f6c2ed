using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

public class RevisingOffersTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private Api Api => app.Api;

    [Fact]
    public async Task A_patch_reprices_and_restocks_in_one_commit()
    {
        var (_, seller, url) = await Api.OfferAsync();

        var revised = (await Api.PatchAsync(url, new { price = new { amount = 18.5m, currency = "USD" }, quantity = 4 })).ShouldBe(200);

        Assert.Equal(("\"3\"", 4), (revised.ETag, (int)revised.Json["quantity"]!));
        Assert.Contains("\"price\":{\"amount\":18.50,", revised.Body);
        var together = await app.Database.ScalarAsync<string>(
            "select string_agg(type, ' ' order by version) || ' ' || count(distinct timestamp) || ' ' || max(seq_id) - min(seq_id) "
            + "from marketplace.mt_events where stream_id = $1 and version > 1", $"offer/{seller}/sku-1");
        Assert.Equal("offer_repriced offer_restocked 1 1", together);
        Assert.Equal(revised.Position, await app.Database.ScalarAsync<long>(
            "select max(seq_id) from marketplace.mt_events where stream_id = $1", $"offer/{seller}/sku-1"));
    }

    [Theory]
    [InlineData("application/merge-patch+json")]
    [InlineData("application/merge-patch+json; charset=utf-8")]
    [InlineData("Application/Merge-Patch+JSON")]
    [InlineData("application/json; charset=utf-8")]
    public async Task A_merge_patch_may_say_what_it_is(string mediaType)
    {
        var (_, _, url) = await Api.OfferAsync();

        Assert.Equal(9, (int)(await Api.PatchAsync(url, new { quantity = 9 }, ("Content-Type", mediaType))).ShouldBe(200).Json["quantity"]!);
    }

    [Fact]
    public async Task Null_removes_shipping_and_cannot_remove_price_or_quantity()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));
        await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m, 3m));

        Assert.Contains("\"landedPrice\":{\"amount\":20.00,", (await Api.PatchAsync(Given.Offer(seller), """{"shipping":null}""")).ShouldBe(200).Body);
        (await Api.PatchAsync(Given.Offer(seller), """{"price":null,"quantity":null}""")).ShouldBeProblem(400, "price", "quantity");
    }

    [Fact]
    public async Task A_patch_of_nothing_and_one_that_changes_nothing_leave_the_version()
    {
        var (_, seller, url) = await Api.OfferAsync();
        var position = (await Api.PatchAsync(url, "{}")).ShouldBe(200).Position;

        var same = (await Api.PatchAsync(url, new { price = new { amount = 20, currency = "USD" }, quantity = 1 })).ShouldBe(200);

        Assert.Equal(("\"1\"", position, 1), (same.ETag, same.Position, await app.EventsAsync($"offer/{seller}/sku-1")));
    }

    [Fact]
    public async Task What_is_wrong_with_a_patch_is_told_by_member()
    {
        var (_, _, url) = await Api.OfferAsync();

        (await Api.PatchAsync(url, """{"price":{"amount":"18","currency":"USD"}}""")).ShouldBeProblem(400, "price.amount");
        (await Api.PatchAsync(url, """{"price":{"amount":18.123,"currency":"USD"},"quantity":-1}""")).ShouldBeProblem(400, "price.amount", "quantity");
        (await Api.PatchAsync(url, """{"quantity":1,"quantity":2}""")).ShouldBeProblem(400, "quantity");
        (await Api.PatchAsync(url, """{"condition":"new"}""")).ShouldBeProblem(400, "condition");
        (await Api.PatchAsync(url, """{"price":{"amount":1,"currency":"EUR"},"shipping":{"amount":1,"currency":"USD"}}""")).ShouldBeProblem(400, "shipping.currency");
        (await Api.PatchAsync(url, """{"price":{"amount":1,"currency":"EUR"}}""")).ShouldBeProblem(409);
        (await Api.PatchAsync(Given.Offer("nobody"), new { quantity = 1 })).ShouldBeProblem(404);
        Assert.Equal("\"1\"", (await Api.GetAsync(url)).ETag);
    }

    [Fact]
    public async Task Pausing_and_resuming_keep_the_time_the_price_took_effect()
    {
        var (product, seller, url) = await Api.OfferAsync();
        var since = (string?)(await Api.GetAsync(url)).Json["priceSince"];

        var paused = (await Api.PostAsync(url + "/pause")).ShouldBe(200);
        Assert.Equal(("paused", "\"2\""), ((string?)paused.Json["status"], paused.ETag));
        Assert.Empty((await Api.GetAsync($"/v1/products/{product}/offers")).Json["items"]!.AsArray());
        var again = (await Api.PostAsync(url + "/pause")).ShouldBe(200);
        Assert.Equal((paused.ETag, paused.Position), (again.ETag, again.Position));
        (await Api.PatchAsync(url, new { quantity = 0 })).ShouldBe(200);
        (await Api.PatchAsync(url, new { quantity = 8 })).ShouldBe(200);
        var resumed = (await Api.PostAsync(url + "/resume")).ShouldBe(200);
        (await Api.PostAsync(url + "/resume")).ShouldBe(200);

        Assert.Equal(("active", since), ((string?)resumed.Json["status"], (string?)resumed.Json["priceSince"]));
        Assert.Equal(5, await app.EventsAsync($"offer/{seller}/sku-1"));
        (await Api.PatchAsync(url, new { price = new { amount = 19, currency = "USD" } })).ShouldBe(200);
        Assert.True(string.CompareOrdinal((string?)(await Api.GetAsync(url)).Json["priceSince"], since) > 0);
    }

    [Fact]
    public async Task Withdrawing_answers_204_and_204_again_and_ends_the_rest()
    {
        var (product, seller, url) = await Api.OfferAsync();

        var withdrawn = (await Api.DeleteAsync(url)).ShouldBe(204);
        Assert.Equal(("\"2\"", ""), (withdrawn.ETag, withdrawn.Body));
        var again = (await Api.DeleteAsync(url)).ShouldBe(204);
        Assert.Equal((withdrawn.ETag, withdrawn.Position), (again.ETag, again.Position));

        Assert.Equal("withdrawn", (string?)(await Api.GetAsync(url)).ShouldBe(200).Json["status"]);
        (await Api.PatchAsync(url, new { quantity = 1 })).ShouldBeProblem(409);
        (await Api.PostAsync(url + "/pause")).ShouldBeProblem(409);
        (await Api.PostAsync(url + "/resume")).ShouldBeProblem(409);
        Assert.Empty((await Api.GetAsync($"/v1/products/{product}/offers")).Json["items"]!.AsArray());
        Assert.Single((await Api.GetAsync($"/v1/sellers/{seller}/offers")).Json["items"]!.AsArray());
        Assert.Equal(2, await app.EventsAsync($"offer/{seller}/sku-1"));
    }

    [Fact]
    public async Task What_never_was_cannot_be_paused_resumed_or_withdrawn()
    {
        foreach (var send in new Func<Task<Answered>>[]
                 {
                     () => Api.PostAsync(Given.Offer("nobody") + "/pause"), () => Api.PostAsync(Given.Offer("nobody") + "/resume"),
                     () => Api.DeleteAsync(Given.Offer("nobody")), () => Api.DeleteAsync(Given.Offer("nobody"), ("If-Match", "\"1\"")),
                 })
            (await send()).ShouldBeProblem(404);
    }

    [Fact]
    public async Task One_sellers_writes_leave_anothers_offer_alone()
    {
        var (product, _, url) = await Api.OfferAsync();
        var before = await Api.GetAsync(url);
        var other = Given.Offer(MarketplaceFixture.NewId("seller"));

        await Api.PutAsync(other, Given.Terms(product, 5m));
        await Api.DeleteAsync(other);

        Assert.Equal((before.Body, before.ETag), ((await Api.GetAsync(url)).Body, (await Api.GetAsync(url)).ETag));
    }
}
