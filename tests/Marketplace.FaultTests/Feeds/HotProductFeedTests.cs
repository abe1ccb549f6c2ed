using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests.Feeds;

/// <summary>Feeds of several sellers and sellers over HTTP take offers of one product in and out of competition, all at once.</summary>
public class HotProductFeedTests
{
    private const string Product = "fire";
    private const int Skus = 60;

    [Fact]
    public Task Nobody_is_refused_and_the_offers_are_counted_right() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString));
        await new Writers(Product, 1, 0).ListProductAsync(program.Client);
        SellerUnderFire[] sellers = [new("powells", Product, seed), new("strand", Product, seed), new("riverside", Product, seed)];
        foreach (var seller in sellers) await ApplyAsync(program, seller, "posts", Enumerable.Range(0, Skus).Select(Put));

        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 6).Select(writer => SwitchAsync(program.Client, writer, statuses, stop.Token)));
        await Task.WhenAll(sellers.Take(2).Select((seller, i) =>
        {
            var random = new Random(seed + i);
            return ApplyAsync(program, seller, "switches", Enumerable.Range(0, 1_500).Select(_ =>
                $"{{\"op\":\"{(random.Next(2) == 0 ? "pause" : "resume")}\",\"sku\":\"s{random.Next(Skus)}\"}}"));
        }));
        await stop.CancelAsync();
        await writing;

        Assert.True(statuses.Keys.All(status => status == HttpStatusCode.OK) && statuses.Count > 0, $"{string.Join(", ", statuses)} (seed {seed}): {program.Log}");
        var told = JsonNode.Parse(await program.Client.GetStringAsync($"/v1/products/{Product}/lowest-prices"))!["items"]!.AsArray();
        var active = await database.ScalarAsync<long>("select count(*) from marketplace.current_offer where status = 'active'");
        Assert.Equal(active, told.Sum(item => (long)item!["offerCount"]!));
        await new FeedAudit(database.ConnectionString, program.Client, seed).ShouldFollowAsync();
    });

    private static async Task SwitchAsync(HttpClient client, int writer, ConcurrentDictionary<HttpStatusCode, int> statuses, CancellationToken stop)
    {
        for (var i = writer; !stop.IsCancellationRequested; i++)
        {
            using var answer = await client.PostAsync($"/v1/sellers/riverside/offers/s{i % Skus}/{(i / 7 % 2 == 0 ? "pause" : "resume")}", null, CancellationToken.None);
            statuses.AddOrUpdate(answer.StatusCode, 1, (_, times) => times + 1);
        }
    }

    private static async Task ApplyAsync(RunningProgram program, SellerUnderFire seller, string key, IEnumerable<string> lines)
    {
        var feed = new SellerUnderFire.Feed(key, [.. lines.Select(line => new PlannedLine(line, "", "", 0, 0))]);
        await seller.UploadAsync(program.Client, feed);
        await seller.ReachAsync(program, feed, feed.Lines.Count);
    }

    private static string Put(int i) =>
        $"{{\"op\":\"put\",\"sku\":\"s{i}\",\"productId\":\"{Product}\",\"listingType\":\"zShops\",\"condition\":\"new\",\"price\":{{\"amount\":{10 + i},\"currency\":\"USD\"}},\"quantity\":1}}";
}
