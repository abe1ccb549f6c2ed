using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

public class ContendedOfferTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private Api Api => app.Api;

    [Fact]
    public async Task Thirty_two_patches_at_once_all_succeed_and_each_is_recorded_once()
    {
        var (_, seller, url) = await Api.OfferAsync();

        var answers = await Task.WhenAll(Enumerable.Range(1, 32).Select(i => Task.Run(() => Api.PatchAsync(url, Price(100 + i)))));

        Assert.All(answers, answer => answer.ShouldBe(200));
        Assert.Equal(Enumerable.Range(2, 32).Select(version => $"\"{version}\"").Order(), answers.Select(answer => answer.ETag!).Order());
        Assert.Equal(32, answers.Select(answer => answer.Position).Distinct().Count());
        Assert.Equal(33, await app.EventsAsync($"offer/{seller}/sku-1"));
        var last = answers.MaxBy(answer => answer.Position)!;
        Assert.Equal(last.Body, (await Api.GetAsync(url)).Body);
    }

    [Fact]
    public async Task Of_those_who_hold_one_version_one_gets_through()
    {
        var (_, seller, url) = await Api.OfferAsync();

        var answers = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => Task.Run(() => Api.PatchAsync(url, Price(100 + i), ("If-Match", "\"1\"")))));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(15, answers.Count(answer => answer.Status == 412));
        Assert.Equal(2, await app.EventsAsync($"offer/{seller}/sku-1"));
    }

    [Fact]
    public async Task Posting_the_same_offer_at_once_makes_one()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));

        var answers = await Task.WhenAll(Enumerable.Range(1, 16).Select(_ => Task.Run(() => Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m)))));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(15, answers.Count(answer => answer.Status == 200));
        Assert.Single(answers.Select(answer => answer.Position).Distinct());
        Assert.Equal(1, await app.EventsAsync($"offer/{seller}/sku-1"));
    }

    [Fact]
    public async Task Two_instances_share_an_offer()
    {
        var (_, seller, url) = await Api.OfferAsync();
        await using var second = await MarketplaceFixture.StartAsync(app.Database.ConnectionString);
        var other = new Api(second);
        (await other.PatchAsync(url, Price(30))).ShouldBe(200);

        var answers = await Task.WhenAll(Enumerable.Range(1, 24).Select(i => Task.Run(() => (i % 2 == 0 ? Api : other).PatchAsync(url, Price(100 + i)))));

        Assert.All(answers, answer => answer.ShouldBe(200));
        Assert.Equal(26, await app.EventsAsync($"offer/{seller}/sku-1"));
        Assert.Equal(26, (await other.GetAsync(url)).Json["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_instance_does_not_refuse_on_what_it_remembers()
    {
        var (_, _, url) = await Api.OfferAsync();
        await using var second = await MarketplaceFixture.StartAsync(app.Database.ConnectionString);
        var other = new Api(second);
        Assert.Equal("\"2\"", (await other.PatchAsync(url, Price(30))).ETag);
        Assert.Equal("\"3\"", (await Api.PatchAsync(url, Price(31))).ETag);

        Assert.Contains("\"3\"", (string?)(await other.PatchAsync(url, Price(32), ("If-Match", "\"2\""))).ShouldBeProblem(412).Json["detail"]);
        Assert.Equal("\"4\"", (await other.PatchAsync(url, Price(30))).ShouldBe(200).ETag);
        (await Api.DeleteAsync(url)).ShouldBe(204);
        (await other.PatchAsync(url, Price(30))).ShouldBeProblem(409);
        Assert.Equal("\"5\"", (await other.DeleteAsync(url)).ShouldBe(204).ETag);
    }

    private static object Price(decimal amount) => new { price = new { amount, currency = "USD" } };
}
