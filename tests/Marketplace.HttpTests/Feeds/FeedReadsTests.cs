using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Feeds;

/// <summary>What a seller can read of feeds, while they run and afterwards.</summary>
public sealed class FeedReadsTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private readonly Shelf _shelf = new(app.Api, MarketplaceFixture.NewId("seller"));

    [Fact]
    public async Task A_feed_has_a_version_and_a_position_that_covers_what_it_recorded()
    {
        var productId = await app.Api.NewProductAsync();
        var feedId = await _shelf.UploadAsync(Shelf.Put(productId, "a", 20m), Shelf.Put(productId, "b", 21m), Shelf.Reprice("a", 19m));
        await _shelf.FinishedAsync(feedId);

        var feed = (await _shelf.Api.GetAsync($"{_shelf.Feeds}/{feedId}")).ShouldBe(200);
        var highest = (await _shelf.ResultsAsync(feedId)).Max(result => (long)result["position"]!);
        Assert.True(feed.Position >= highest, $"{feed.Position} does not cover {highest}.");
        Assert.NotEqual("\"1\"", feed.ETag);
        (await _shelf.Api.GetAsync($"{_shelf.Feeds}/{feedId}", ("If-None-Match", feed.ETag!))).ShouldBe(304);
        (await _shelf.Api.GetAsync($"{_shelf.Feeds}/{feedId}/results", ("If-None-Match", feed.ETag!))).ShouldBe(304);
        var offer = await app.Api.GetAsync($"/v1/sellers/{_shelf.SellerId}/offers/a", ("Marketplace-Min-Position", $"{feed.Position}"));
        Assert.Equal(19m, (decimal)offer.ShouldBe(200).Json["price"]!["amount"]!);
    }

    [Fact]
    public async Task Times_and_counts_tell_how_far_a_feed_is()
    {
        var productId = await app.Api.NewProductAsync();
        await _shelf.ApplyAsync(Shelf.Put(productId, "held", 20m));
        string feedId;
        await using (await FeedGuard.SellerAsync(app.Database, _shelf.SellerId))
        {
            feedId = await _shelf.UploadAsync([.. Enumerable.Range(0, 20).Select(n => Shelf.Put(productId, $"s{n}", 5m)), Shelf.Reprice("held", 1m)]);
            var queued = await _shelf.FeedAsync(feedId);
            Assert.Equal(("inQueue", 21, 0), ((string?)queued["status"], (int)queued["lines"]!, (int)queued["accepted"]!));
            Assert.Equal((null, null), ((string?)queued["startedAt"], (string?)queued["finishedAt"]));
            Assert.Empty(await _shelf.ResultsAsync(feedId));
        }
        await using (await FeedGuard.OfferAsync(app.Database, _shelf.SellerId, "held"))
        {
            var running = await _shelf.AppliedAsync(feedId, 20);
            Assert.Equal(("inProgress", 20), ((string?)running["status"], (int)running["accepted"]!));
            Assert.NotNull((string?)running["startedAt"]);
            Assert.Null((string?)running["finishedAt"]);
            Assert.Equal(Enumerable.Range(1, 20), (await _shelf.ResultsAsync(feedId)).Select(result => (int)result["line"]!));
        }
        var done = await _shelf.FinishedAsync(feedId);
        Assert.Equal(("done", 21), ((string?)done["status"], (int)done["accepted"]!));
        Assert.True(string.CompareOrdinal((string?)done["startedAt"], (string?)done["finishedAt"]) <= 0);
    }

    [Fact]
    public async Task Results_can_be_asked_for_by_status_and_after_a_line()
    {
        var productId = await app.Api.NewProductAsync();
        var feed = await _shelf.ApplyAsync(
            Shelf.Put(productId, "a", 20m), "bad", Shelf.Reprice("a", 20m), Shelf.Reprice("a", 21m), "bad",
            new { op = "pause", sku = "a", messageId = "m-6" });
        var feedId = (string)feed["feedId"]!;

        Assert.Equal("2, 5", await LinesAsync("?status=rejected"));
        Assert.Equal("3", await LinesAsync("?status=unchanged"));
        Assert.Equal("1, 4, 6", await LinesAsync("?status=accepted"));
        Assert.Equal("4, 5, 6", await LinesAsync("?after=3"));
        Assert.Equal("5", await LinesAsync("?after=2&status=rejected"));
        Assert.Empty(await LinesAsync("?after=6"));
        Assert.Empty(await LinesAsync($"?after={long.MaxValue}"));
        var last = (await _shelf.ResultsAsync(feedId, "?after=5")).Single();
        Assert.Equal(("m-6", "a", 3L), ((string?)last["messageId"], (string?)last["sku"], (long)last["version"]!));
        Assert.False(last.AsObject().ContainsKey("errors"));
        Assert.Equal(["line", "sku", "status", "errors"], (await _shelf.ResultsAsync(feedId, "?after=1")).First().AsObject().Select(member => member.Key));

        async Task<string> LinesAsync(string query) => string.Join(", ", (await _shelf.ResultsAsync(feedId, query)).Select(result => (int)result["line"]!));
    }

    [Theory]
    [InlineData("?status=done", "status")]
    [InlineData("?status=Accepted", "status")]
    [InlineData("?after=-1", "after")]
    [InlineData("?after=x", "after")]
    [InlineData("?limit=5", "limit")]
    public async Task Bad_parameters_of_results_are_named(string query, string name)
    {
        var feed = await _shelf.ApplyAsync("bad");
        (await _shelf.Api.GetAsync($"{_shelf.Feeds}/{feed["feedId"]}/results{query}")).ShouldBeProblem(400, name);
    }

    [Fact]
    public async Task Results_are_lines_of_JSON_and_nothing_else()
    {
        var feed = await _shelf.ApplyAsync("bad");
        var url = $"{_shelf.Feeds}/{feed["feedId"]}/results";

        Assert.Equal("application/x-ndjson", (await _shelf.Api.GetAsync(url)).ShouldBe(200).Headers["Content-Type"]);
        (await _shelf.Api.GetAsync(url, ("Accept", "application/json"))).ShouldBeProblem(406);
    }

    [Theory]
    [InlineData("01a20321-8dd2-72ce-9654-896239b526c2", 404)]
    [InlineData("no-id-of-ours", 404)]
    [InlineData("no%20id", 400)]
    public async Task A_feed_that_is_none_is_not_found(string feedId, int status)
    {
        (await _shelf.Api.GetAsync($"{_shelf.Feeds}/{feedId}")).ShouldBeProblem(status);
        (await _shelf.Api.GetAsync($"{_shelf.Feeds}/{feedId}/results")).ShouldBeProblem(status);
        (await _shelf.Api.DeleteAsync($"{_shelf.Feeds}/{feedId}")).ShouldBeProblem(status);
    }

    [Fact]
    public async Task A_seller_lists_feeds_the_newest_first()
    {
        var feedIds = new List<string>();
        for (var i = 0; i < 5; i++) feedIds.Add((string)(await _shelf.ApplyAsync("bad"))["feedId"]!);
        feedIds.Reverse();

        var listed = new List<string>();
        JsonNode page;
        string? after = null;
        do
        {
            page = (await _shelf.Api.GetAsync($"{_shelf.Feeds}?limit=2{(after is null ? "" : $"&after={after}")}")).ShouldBe(200).Json;
            listed.AddRange(page["items"]!.AsArray().Select(item => (string)item!["feedId"]!));
            after = (string?)page["next"];
        }
        while (after is not null);

        Assert.Equal(feedIds, listed);
        (await _shelf.Api.GetAsync($"{_shelf.Feeds}?after=x")).ShouldBeProblem(400, "after");
    }

    [Fact]
    public async Task What_a_line_recorded_says_who_why_and_which_line()
    {
        var productId = await app.Api.NewProductAsync();
        var feedId = await _shelf.UploadAsync(Shelf.Put(productId, "a", 20m),
            new { op = "patch", sku = "a", price = Shelf.Usd(19m), quantity = 7, reason = "Spring sale" });
        await _shelf.FinishedAsync(feedId);

        var events = (await app.Api.As("auditor", Role.Auditor).GetAsync($"/v1/audit/streams/offer%2F{_shelf.SellerId}%2Fa")).ShouldBe(200).Json["items"]!.AsArray();
        Assert.Equal(["offer_posted", "offer_repriced", "offer_restocked"], events.Select(e => (string?)e!["type"]));
        Assert.All(events, e => Assert.Equal((string?)$"seller:{_shelf.SellerId}", (string?)e!["actor"]));
        Assert.All(events, e => Assert.Equal("feed", (string?)e!["cause"]));
        Assert.Equal([$"{feedId}#1", $"{feedId}#2", $"{feedId}#2"], events.Select(e => (string?)e!["reference"]));
        Assert.Equal([$"{feedId}#1", $"{feedId}#2", $"{feedId}#2"], events.Select(e => (string?)e!["causationId"]));
        Assert.Equal([null, "Spring sale", "Spring sale"], events.Select(e => (string?)e!["reason"]));
        Assert.Single(events.Select(e => (string?)e!["correlationId"]).Distinct());
        Assert.All(events, e => Assert.Equal((string?)e!["recordedAt"], (string?)e["effectiveAt"]));
        Assert.Equal(2, events.Select(e => (string?)e!["stream"] + (string?)e["reference"]).Distinct().Count());
        Assert.Equal("offer", await app.Database.ScalarAsync<string>("select type from marketplace.mt_streams where id = $1", $"offer/{_shelf.SellerId}/a"));
    }
}
