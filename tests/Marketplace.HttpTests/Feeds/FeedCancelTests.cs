using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Feeds;

/// <summary>Cancelling what has not been applied, also in a race with the worker.</summary>
public sealed class FeedCancelTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private readonly Shelf _shelf = new(app.Api, MarketplaceFixture.NewId("seller"));

    private Task<Answered> CancelAsync(string feedId, params (string, string)[] headers) => _shelf.Api.DeleteAsync($"{_shelf.Feeds}/{feedId}", headers);

    [Fact]
    public async Task A_feed_that_waits_is_cancelled_whole_and_again_is_the_same()
    {
        var productId = await app.Api.NewProductAsync();
        string feedId;
        await using (await FeedGuard.SellerAsync(app.Database, _shelf.SellerId))
        {
            feedId = await _shelf.UploadAsync(Shelf.Put(productId, "a", 20m));
            (await CancelAsync(feedId)).ShouldBe(204);
        }
        var first = await _shelf.FeedAsync(feedId);
        var again = (await CancelAsync(feedId)).ShouldBe(204);

        Assert.Equal(("cancelled", 1, 0), ((string?)first["status"], (int)first["lines"]!, (int)first["accepted"]!));
        Assert.NotNull((string?)first["finishedAt"]);
        Assert.Equal(first.ToJsonString(), (await _shelf.FeedAsync(feedId)).ToJsonString());
        Assert.Equal("\"2\"", again.ETag);
        // The next feed runs, and finds that nothing was posted.
        Assert.Equal(1, (int)(await _shelf.ApplyAsync(Shelf.Reprice("a", 5m)))["rejected"]!);
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("select count(*) from marketplace.feed_chunk where feed_id = $1", Guid.Parse(feedId)));
    }

    [Fact]
    public async Task A_feed_that_is_done_stays_done()
    {
        var feed = await _shelf.ApplyAsync("bad");
        (await CancelAsync((string)feed["feedId"]!)).ShouldBe(204);
        Assert.Equal(feed.ToJsonString(), (await _shelf.FeedAsync((string)feed["feedId"]!)).ToJsonString());
    }

    [Fact]
    public async Task It_is_cancelled_only_on_the_version_that_is_meant()
    {
        await using var guard = await FeedGuard.SellerAsync(app.Database, _shelf.SellerId);
        var feedId = await _shelf.UploadAsync("bad");

        (await CancelAsync(feedId, ("If-Match", "\"7\""))).ShouldBeProblem(412);
        Assert.Equal("inQueue", (string?)(await _shelf.FeedAsync(feedId))["status"]);
        (await CancelAsync(feedId, ("If-Match", "\"1\""))).ShouldBe(204);
        Assert.Equal("cancelled", (string?)(await _shelf.FeedAsync(feedId))["status"]);
    }

    [Fact]
    public async Task Once_it_is_answered_nothing_more_is_applied_whenever_it_comes()
    {
        var productId = await app.Api.NewProductAsync();
        await _shelf.ApplyAsync(Enumerable.Range(0, 20).Select(n => Shelf.Put(productId, $"r{n}", 500m)));
        var random = new Random(20260);
        for (var round = 0; round < 12; round++)
        {
            var feedId = await _shelf.UploadAsync(Enumerable.Range(1, 1_500).Select(n => Shelf.Reprice($"r{n % 20}", n + (round * 0.01m))));
            await Task.Delay(random.Next(0, 120));
            (await CancelAsync(feedId)).ShouldBe(204);
            var (events, feed) = (await EventsAsync(feedId), await _shelf.FeedAsync(feedId));
            var results = await _shelf.ResultsAsync(feedId);

            // What was answered is all there is, to the line.
            Assert.True((string?)feed["status"] is "cancelled" or "done", $"{feed}");
            Assert.Equal((int)feed["accepted"]!, events);
            Assert.Equal((int)feed["accepted"]! + (int)feed["unchanged"]! + (int)feed["rejected"]!, results.Length);
            await Task.Delay(50);
            Assert.Equal((events, feed.ToJsonString()), (await EventsAsync(feedId), (await _shelf.FeedAsync(feedId)).ToJsonString()));
        }
    }

    private async Task<int> EventsAsync(string feedId) =>
        (int)await app.Database.ScalarAsync<long>("select count(*) from marketplace.mt_events where headers ->> 'reference' like $1 || '#%'", feedId);
}
