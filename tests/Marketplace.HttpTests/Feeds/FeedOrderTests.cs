using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Feeds;

/// <summary>In which order feeds and their lines are applied, within a seller and between sellers.</summary>
public sealed class FeedOrderTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private static readonly string[] Skus = ["a", "b", "c"];

    private Shelf NewShelf() => new(app.Api, MarketplaceFixture.NewId("seller"));

    [Fact]
    public async Task Feeds_of_a_seller_are_applied_in_the_order_of_their_uploads_and_lines_in_theirs()
    {
        var (shelf, productId) = (NewShelf(), await app.Api.NewProductAsync());
        var feedIds = new List<string> { await shelf.UploadAsync(Skus.Select(sku => Shelf.Put(productId, sku, 1m))) };
        for (var feed = 1; feed <= 6; feed++)
            feedIds.Add(await shelf.UploadAsync(Enumerable.Range(0, 150).Select(n => Shelf.Reprice(Skus[n % 3], (feed * 1_000) + n))));
        foreach (var feedId in feedIds) await shelf.FinishedAsync(feedId);

        foreach (var sku in Skus)
        {
            // Every version is the next line about the sku, feed by feed.
            var references = await ReferencesAsync(shelf.SellerId, sku);
            Assert.Equal(references.OrderBy(r => feedIds.IndexOf(r.Split('#')[0])).ThenBy(r => int.Parse(r.Split('#')[1])), references);
            Assert.Equal(1 + (6 * 50), references.Length);
        }
    }

    [Fact]
    public async Task Two_sellers_advance_side_by_side()
    {
        var productId = await app.Api.NewProductAsync();
        var shelves = new[] { NewShelf(), NewShelf() };
        var feedIds = new List<string>();
        foreach (var shelf in shelves) feedIds.Add(await shelf.UploadAsync(Lines(productId, 3_000)));
        for (var i = 0; i < 2; i++) Assert.Equal(3_000, (int)(await shelves[i].FinishedAsync(feedIds[i]))["accepted"]!);

        // Neither waited for the other's end.
        var owners = await OwnersAsync(feedIds);
        Assert.True(owners.LastIndexOf(feedIds[0]) > owners.IndexOf(feedIds[1]) && owners.LastIndexOf(feedIds[1]) > owners.IndexOf(feedIds[0]));
    }

    [Fact]
    public async Task Ten_lines_do_not_wait_for_the_end_of_long_feeds_of_others()
    {
        var productId = await app.Api.NewProductAsync();
        var longer = new List<(Shelf Shelf, string FeedId)>();
        for (var i = 0; i < 4; i++)
        {
            var shelf = NewShelf();
            longer.Add((shelf, await shelf.UploadAsync(Lines(productId, 12_000))));
        }
        var small = NewShelf();
        var done = await small.ApplyAsync(Lines(productId, 10));
        var others = new List<JsonNode>();
        foreach (var (shelf, feedId) in longer) others.Add(await shelf.FeedAsync(feedId));

        Assert.Equal(10, (int)done["accepted"]!);
        Assert.All(others, feed => Assert.Null((string?)feed["finishedAt"]));
        foreach (var (shelf, feedId) in longer) (await shelf.Api.DeleteAsync($"{shelf.Feeds}/{feedId}")).ShouldBe(204);
    }

    [Fact]
    public async Task Lines_on_one_offer_build_on_each_other_within_a_batch()
    {
        var (shelf, productId) = (NewShelf(), await app.Api.NewProductAsync());
        var feed = await shelf.ApplyAsync(
            Shelf.Put(productId, "a", 20m), Shelf.Put(productId, "a", 21m, quantity: 0), new { op = "withdraw", sku = "a" }, Shelf.Reprice("a", 5m),
            Shelf.Put(productId, "a", 9m, quantity: 3), new { op = "pause", sku = "a" }, new { op = "pause", sku = "a" });

        var results = await shelf.ResultsAsync((string)feed["feedId"]!);
        Assert.Equal("accepted accepted accepted rejected accepted accepted unchanged", string.Join(' ', results.Select(result => (string)result["status"]!)));
        Assert.Equal("1 3 4 0 5 6 6", string.Join(' ', results.Select(result => (int?)result["version"] ?? 0)));
        Assert.Equal("offer-withdrawn", (string?)results[3]["errors"]![0]!["code"]);
        var offer = (await app.Api.GetAsync($"/v1/sellers/{shelf.SellerId}/offers/a")).ShouldBe(200).Json;
        Assert.Equal(("paused", 9m, 3, 6), ((string?)offer["status"], (decimal)offer["price"]!["amount"]!, (int)offer["quantity"]!, (int)offer["version"]!));
    }

    [Fact]
    public async Task A_feed_and_writes_over_HTTP_on_the_same_offers_meet_without_loss()
    {
        var (shelf, productId) = (NewShelf(), await app.Api.NewProductAsync());
        await shelf.ApplyAsync(Skus.Select(sku => Shelf.Put(productId, sku, 1_000m)));
        var feedId = await shelf.UploadAsync(Enumerable.Range(1, 900).Select(n => Shelf.Reprice(Skus[n % 3], n)));
        var written = 0;
        while ((string?)(await shelf.FeedAsync(feedId))["finishedAt"] is null)
            (await shelf.Api.PatchAsync($"/v1/sellers/{shelf.SellerId}/offers/{Skus[written++ % 3]}", new { quantity = written + 10 })).ShouldBe(200);

        Assert.Equal(900, (int)(await shelf.FeedAsync(feedId))["accepted"]!);
        Assert.Equal(3L + 900 + written, await app.Database.ScalarAsync<long>(
            "select sum(version)::bigint from marketplace.mt_streams where id like $1", $"offer/{shelf.SellerId}/%"));
    }

    [Fact]
    public async Task A_line_that_would_change_nothing_is_decided_on_the_offer_as_others_have_left_it_meanwhile()
    {
        var (shelf, productId) = (NewShelf(), await app.Api.NewProductAsync());
        await shelf.ApplyAsync(Enumerable.Range(0, 60).Select(n => Shelf.Put(productId, $"s{n}", 1_000m)));
        // The worker knows s0 from the first line; the last one asks for the price that it knows.
        var feedId = await shelf.UploadAsync([
            Shelf.Reprice("s0", 5m), .. Enumerable.Range(0, 6_000).Select(n => Shelf.Reprice($"s{1 + (n % 59)}", n + 1)), Shelf.Reprice("s0", 5m)]);
        await shelf.AppliedAsync(feedId, 1);
        (await shelf.Api.PatchAsync($"/v1/sellers/{shelf.SellerId}/offers/s0", new { price = new { amount = 7, currency = "USD" } })).ShouldBe(200);
        Assert.Null((string?)(await shelf.FeedAsync(feedId))["finishedAt"]);

        Assert.Equal(6_002, (int)(await shelf.FinishedAsync(feedId))["accepted"]!);
        var last = (await shelf.ResultsAsync(feedId, "?after=6001")).Single();
        Assert.Equal((6_002, "accepted", 4), ((int)last["line"]!, (string?)last["status"], (int)last["version"]!));
        var offer = (await app.Api.GetAsync($"/v1/sellers/{shelf.SellerId}/offers/s0")).ShouldBe(200).Json;
        Assert.Equal(5m, (decimal)offer["price"]!["amount"]!);
    }

    private static IEnumerable<object> Lines(string productId, int count) =>
        Enumerable.Range(0, count).Select(n => n < 10 ? Shelf.Put(productId, $"s{n}", 100_000m) : Shelf.Reprice($"s{n % 10}", n));

    private Task<string[]> ReferencesAsync(string sellerId, string sku) => StringsAsync(
        "select headers ->> 'reference' from marketplace.mt_events where stream_id = $1 order by version", $"offer/{sellerId}/{sku}");

    private async Task<List<string>> OwnersAsync(List<string> feedIds) =>
    [
        .. await StringsAsync(
            "select split_part(headers ->> 'reference', '#', 1) from marketplace.mt_events where split_part(headers ->> 'reference', '#', 1) = any ($1) order by seq_id",
            feedIds.ToArray()),
    ];

    private async Task<string[]> StringsAsync(string sql, object value)
    {
        await using var command = app.Db.CreateCommand(sql);
        command.Parameters.AddWithValue(value);
        await using var reader = await command.ExecuteReaderAsync();
        var strings = new List<string>();
        while (await reader.ReadAsync()) strings.Add(reader.GetString(0));
        return [.. strings];
    }
}
