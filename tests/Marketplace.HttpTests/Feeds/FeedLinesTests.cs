using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Feeds;

/// <summary>What the lines of a feed do, one kind after another, and what the sender is told.</summary>
public sealed class FeedLinesTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private readonly Shelf _shelf = new(app.Api, MarketplaceFixture.NewId("seller"));

    private Task<Answered> OfferAsync(string sku) => app.Api.GetAsync($"/v1/sellers/{_shelf.SellerId}/offers/{sku}");

    [Fact]
    public async Task An_upload_is_answered_with_the_feeds_id_and_place()
    {
        var answer = (await _shelf.SendAsync(new { op = "pause", sku = "none" })).ShouldBe(202);

        var feedId = (string)answer.Json["feedId"]!;
        Assert.Equal($"{_shelf.Feeds}/{feedId}", answer.Headers["Location"]);
        Assert.Equal("\"1\"", answer.ETag);
        (await app.Api.GetAsync(answer.Headers["Location"])).ShouldBe(200);
    }

    [Fact]
    public async Task Lines_post_reprice_pause_resume_and_withdraw()
    {
        var productId = await app.Api.NewProductAsync();
        var feed = await _shelf.ApplyAsync(
            Shelf.Put(productId, "a", 20m), Shelf.Put(productId, "b", 30m, quantity: 3), Shelf.Put(productId, "c", 40m), Shelf.Put(productId, "d", 50m),
            Shelf.Reprice("a", 18.5m), new { op = "pause", sku = "b" }, new { op = "pause", sku = "c" }, new { op = "resume", sku = "c" },
            new { op = "withdraw", sku = "d" });

        Assert.Equal(("done", 9, 9, 0, 0), ((string?)feed["status"], (int)feed["lines"]!, (int)feed["accepted"]!, (int)feed["unchanged"]!, (int)feed["rejected"]!));
        var statuses = new List<(string?, decimal)>();
        foreach (var sku in new[] { "a", "b", "c", "d" })
        {
            var offer = (await OfferAsync(sku)).ShouldBe(200).Json;
            statuses.Add(((string?)offer["status"], (decimal)offer["price"]!["amount"]!));
        }
        Assert.Equal([("active", 18.5m), ("paused", 30m), ("active", 40m), ("withdrawn", 50m)], statuses);
    }

    [Fact]
    public async Task Bad_lines_stop_nothing_and_are_told_by_number()
    {
        var productId = await app.Api.NewProductAsync();
        var feed = await _shelf.ApplyAsync(
            Shelf.Put(productId, "x", 20m), "{\"op\":\"patch\"", "", Shelf.Reprice("x", 21m), Shelf.Reprice("nowhere", 1m),
            Shelf.Put("no-such-book", "y", 1m), Shelf.Reprice("x", 21m));

        Assert.Equal((2, 1, 4), ((int)feed["accepted"]!, (int)feed["unchanged"]!, (int)feed["rejected"]!));
        var results = await _shelf.ResultsAsync((string)feed["feedId"]!);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], results.Select(result => (int)result["line"]!));
        Assert.Equal(["accepted", "rejected", "rejected", "accepted", "rejected", "rejected", "unchanged"], results.Select(result => (string)result["status"]!));
        Assert.Equal(("not-found", "sku"), ((string?)results[4]["errors"]![0]!["code"], (string?)results[4]["errors"]![0]!["path"]));
        Assert.Equal(("not-found", "productId"), ((string?)results[5]["errors"]![0]!["code"], (string?)results[5]["errors"]![0]!["path"]));
        Assert.Equal([1, 2, 2], new[] { 0, 3, 6 }.Select(i => (int)results[i]["version"]!));
        Assert.Equal((long)results[3]["position"]!, (long)results[6]["position"]!);
    }
}
