using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Feeds;

/// <summary>A seller with feeds, in short.</summary>
public sealed class Shelf(Api caller, string sellerId)
{
    private readonly Api _api = caller.As(sellerId, Role.Seller);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The seller.</summary>
    public string SellerId { get; } = sellerId;

    /// <summary>The seller's own requests.</summary>
    public Api Api => _api;

    /// <summary>The path of the seller's feeds.</summary>
    public string Feeds => $"/v1/sellers/{SellerId}/feeds";

    /// <summary>Uploads bytes as a feed.</summary>
    public Task<Answered> SendBytesAsync(byte[] content, params (string Name, string Value)[] headers) =>
        _api.PostBytesAsync(Feeds, content, "application/x-ndjson", headers);

    /// <summary>Uploads lines: objects that are written as JSON, or strings that are sent as they stand.</summary>
    public Task<Answered> SendAsync(params IEnumerable<object> lines) => SendBytesAsync(Content(lines));

    /// <summary>Uploads lines that must be taken; the feed's id.</summary>
    public async Task<string> UploadAsync(params IEnumerable<object> lines) => (string)(await SendAsync(lines)).ShouldBe(202).Json["feedId"]!;

    /// <summary>Uploads lines and waits until the feed is finished; the feed.</summary>
    public async Task<JsonNode> ApplyAsync(params IEnumerable<object> lines) => await FinishedAsync(await UploadAsync(lines));

    /// <summary>The feed's present state.</summary>
    public async Task<JsonNode> FeedAsync(string feedId) => (await _api.GetAsync($"{Feeds}/{feedId}")).ShouldBe(200).Json;

    /// <summary>Waits until the feed is finished. Generous: the machine is shared.</summary>
    public async Task<JsonNode> FinishedAsync(string feedId)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var feed = await FeedAsync(feedId);
            if ((string?)feed["status"] is "done" or "cancelled") return feed;
            Assert.True(clock.Elapsed < MarketplaceFixture.Patience, $"The feed does not come to its end: {feed}");
            await Task.Delay(10);
        }
    }

    /// <summary>Waits until so many lines of the feed have been applied, and it is not finished.</summary>
    public async Task<JsonNode> AppliedAsync(string feedId, int lines)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var feed = await FeedAsync(feedId);
            if ((int)feed["accepted"]! + (int)feed["unchanged"]! + (int)feed["rejected"]! >= lines) return feed;
            Assert.True(clock.Elapsed < MarketplaceFixture.Patience, $"The feed does not come to line {lines}: {feed}");
            await Task.Delay(10);
        }
    }

    /// <summary>The results of a feed, with a query such as <c>?status=rejected</c>.</summary>
    public async Task<JsonNode[]> ResultsAsync(string feedId, string query = "") =>
        Lines((await _api.GetAsync($"{Feeds}/{feedId}/results{query}")).ShouldBe(200));

    /// <summary>The lines of an answer as JSON.</summary>
    public static JsonNode[] Lines(Answered answer) =>
        [.. answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    /// <summary>The bytes of lines.</summary>
    public static byte[] Content(params IEnumerable<object> lines) =>
        Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => (line as string ?? JsonSerializer.Serialize(line, Json)) + "\n")));


    /// <summary>A put of an offer in US dollars.</summary>
    public static object Put(string productId, string sku, decimal price, int quantity = 1, string listingType = "zShops", string condition = "new",
        decimal shipping = 0) =>
        new { op = "put", sku, productId, listingType, condition, price = Usd(price), shipping = Usd(shipping), quantity };

    /// <summary>A patch of an offer's price in US dollars.</summary>
    public static object Reprice(string sku, decimal price) => new { op = "patch", sku, price = Usd(price) };

    /// <summary>An amount in US dollars.</summary>
    public static object Usd(decimal amount) => new { amount, currency = "USD" };
}
