using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests.Feeds;

/// <summary>A seller reprices over HTTP the very offers that a feed of the same seller is changing.</summary>
public class RepricedDuringFeedTests
{
    private const string Product = "fire";
    private const int Skus = 20;

    private const string Prices = """
        select stream_id, version, seq_id, coalesce(data -> 'newPrice' ->> 'amount', data -> 'terms' -> 'price' ->> 'amount')::numeric,
               coalesce(headers ->> 'reference', ''), coalesce((headers ->> 'effectiveAt')::timestamptz, timestamp) from mt_events
         where stream_id like 'offer/powells/%' and type in ('offer_posted', 'offer_repriced') order by seq_id
        """;

    private sealed record Price(string Stream, long Version, long Position, decimal Amount, string Reference, DateTime At);

    private sealed record Acknowledged(string Sku, long Version, long Position, decimal Amount);

    [Fact]
    public Task Nothing_is_lost_nothing_is_refused_and_every_read_model_equals_the_log() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString));
        await new Writers(Product, 1, 0).ListProductAsync(program.Client);
        var shelf = new SellerUnderFire("powells", Product, seed);
        await ApplyAsync(program, shelf, "posts", Enumerable.Range(0, Skus).Select(i =>
            $"{{\"op\":\"put\",\"sku\":\"s{i}\",\"productId\":\"{Product}\",\"listingType\":\"zShops\",\"condition\":\"new\",\"price\":{Usd(10_000 + i)},\"quantity\":1}}"));

        var random = new Random(seed);
        // Every price is one of its own: an even number of cents from the feed, an odd one over HTTP.
        var lines = Enumerable.Range(0, 3_000).Select(i => $"{{\"op\":\"patch\",\"sku\":\"s{random.Next(Skus)}\",\"price\":{Usd(20_000 + 2 * i)}}}").ToArray();
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentQueue<Acknowledged>();
        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        var feed = ApplyAsync(program, shelf, "reprices", lines);
        var repricing = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => RepriceAsync(program.Client, writer, acknowledged, statuses, stop.Token)));
        var feedId = await feed;
        await stop.CancelAsync();
        await repricing;

        Assert.True(statuses.Keys.All(status => status == HttpStatusCode.OK), $"{string.Join(", ", statuses)} (seed {seed}): {program.Log}");
        Assert.True(acknowledged.Count > 20, $"{acknowledged.Count} writes over HTTP came through (seed {seed}).");
        var audit = new FeedAudit(database.ConnectionString, program.Client, seed);
        await using var db = audit.Db();
        await audit.EventsAsync(db, "powells");
        var prices = await FeedAudit.RowsAsync(db, Prices, null, row =>
            new Price(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetDecimal(3), row.GetString(4), row.GetDateTime(5)));
        var byPlace = prices.ToDictionary(price => (price.Stream, price.Version));
        foreach (var write in acknowledged)
            Assert.True(byPlace.TryGetValue(($"offer/powells/{write.Sku}", write.Version), out var price) && (price.Position, price.Amount) == (write.Position, write.Amount),
                $"{write} was acknowledged and is not in the log (seed {seed}).");
        // Each line of the feed repriced once, at its version, and nobody else wrote in between without being known.
        var results = (await program.Client.GetStringAsync($"{shelf.Path}/{feedId}/results")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Length, results.Length);
        for (var i = 0; i < results.Length; i++)
        {
            var result = JsonNode.Parse(results[i])!;
            var price = byPlace[($"offer/powells/{(string)result["sku"]!}", (long)result["version"]!)];
            Assert.True(("accepted", $"{feedId}#{i + 1}", (20_000 + 2 * i) / 100m, price.Position)
                == ((string?)result["status"], price.Reference, price.Amount, (long?)result["position"]), $"{results[i]} is {price} (seed {seed}).");
        }
        Assert.Equal(prices.Count, Skus + lines.Length + acknowledged.Count);
        await ShouldEqualTheLogAsync(program, audit, prices, seed);
    });

    // A plain fold of the log: an offer's price points, and the steps of the lowest of the offers' prices.
    private static async Task ShouldEqualTheLogAsync(RunningProgram program, FeedAudit audit, List<Price> prices, int seed)
    {
        var last = prices[^1].Position;
        foreach (var sku in new[] { "s0", $"s{Skus - 1}" })
        {
            var points = await ItemsAsync(audit, $"/v1/sellers/powells/offers/{sku}/price-history?limit=500", last);
            var expected = prices.Where(price => price.Stream == $"offer/powells/{sku}").Select(price => (price.Version, price.Position, price.Amount));
            Assert.Equal(expected.Order(), points.Select(point => ((long)point["version"]!, (long)point["position"]!, (decimal)point["price"]!["amount"]!)).Order());
        }
        var now = new Dictionary<string, decimal>();
        var steps = new List<decimal>();
        foreach (var instant in prices.OrderBy(price => price.At).ThenBy(price => price.Position).GroupBy(price => price.At))
        {
            foreach (var price in instant) now[price.Stream] = price.Amount;
            if (steps.Count == 0 || steps[^1] != now.Values.Min()) steps.Add(now.Values.Min());
        }
        var told = await ItemsAsync(audit, $"/v1/products/{Product}/price-history?listingType=zShops&limit=500", last);
        Assert.True(steps.SequenceEqual(told.Select(step => (decimal)step["price"]!["amount"]!)),
            $"The steps differ (seed {seed}): {string.Join(' ', steps)}; told: {string.Join(' ', told.Select(step => step["price"]!["amount"]))}.");
        var present = JsonNode.Parse(await program.Client.GetStringAsync($"/v1/products/{Product}/lowest-prices"))!["items"]![0]!;
        Assert.Equal(steps[^1], (decimal)present["price"]!["amount"]!);
        Assert.Equal(Skus, (int)present["offerCount"]!);
        await audit.ShouldFollowAsync();
    }

    private static async Task<List<JsonNode>> ItemsAsync(FeedAudit audit, string url, long position)
    {
        var items = new List<JsonNode>();
        string? next = null;
        do
        {
            var page = JsonNode.Parse(await audit.PatientAsync(next is null ? url : $"{url}&after={Uri.EscapeDataString(next)}", position))!;
            items.AddRange(page["items"]!.AsArray()!);
            next = (string?)page["next"];
        }
        while (next is not null);
        return items;
    }

    private static async Task RepriceAsync(HttpClient client, int writer, ConcurrentQueue<Acknowledged> acknowledged,
        ConcurrentDictionary<HttpStatusCode, int> statuses, CancellationToken stop)
    {
        for (var i = writer; !stop.IsCancellationRequested; i += 4)
        {
            var (sku, amount) = ($"s{i % Skus}", (20_001 + 2 * i) / 100m);
            using var answer = await client.PatchAsJsonAsync($"/v1/sellers/powells/offers/{sku}", new { price = new { amount, currency = "USD" } }, CancellationToken.None);
            statuses.AddOrUpdate(answer.StatusCode, 1, (_, times) => times + 1);
            if (answer.StatusCode == HttpStatusCode.OK)
                acknowledged.Enqueue(new Acknowledged(sku, Number(answer.Headers.ETag!.Tag.Trim('"')), Number(answer.Headers.GetValues("Marketplace-Position").Single()), amount));
        }
    }

    private static async Task<string> ApplyAsync(RunningProgram program, SellerUnderFire shelf, string key, IEnumerable<string> lines)
    {
        var feed = new SellerUnderFire.Feed(key, [.. lines.Select(line => new PlannedLine(line, "", "", 0, 0))]);
        await shelf.UploadAsync(program.Client, feed);
        await shelf.ReachAsync(program, feed, feed.Lines.Count);
        return feed.Id!;
    }

    private static string Usd(int cents) => $"{{\"amount\":{(cents / 100m).ToString(CultureInfo.InvariantCulture)},\"currency\":\"USD\"}}";

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
