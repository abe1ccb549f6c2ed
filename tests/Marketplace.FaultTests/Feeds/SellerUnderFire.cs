using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;

namespace Marketplace.FaultTests.Feeds;

/// <summary>A seller whose feeds go through crashes, and who knows what must come of them.</summary>
public sealed class SellerUnderFire(string sellerId, string productId, int seed, int skus = 150)
{
    private readonly OfferPlan _plan = new(productId, skus, new Random(seed));
    private readonly List<Feed> _feeds = [];

    /// <summary>A feed: its lines, the key of its upload, and its id once an answer has come.</summary>
    public sealed record Feed(string Key, IReadOnlyList<PlannedLine> Lines)
    {
        public string? Id { get; set; }
    }

    /// <summary>The seller.</summary>
    public string SellerId { get; } = sellerId;

    /// <summary>The path of the feeds.</summary>
    public string Path => $"/v1/sellers/{SellerId}/feeds";

    /// <summary>All feeds, in the order of their uploads.</summary>
    public IReadOnlyList<Feed> Feeds => _feeds;

    /// <summary>The offers after all feeds.</summary>
    public OfferPlan Plan => _plan;

    /// <summary>Plans the next feed.</summary>
    public Feed Next(int lines)
    {
        var feed = new Feed($"{SellerId}-{_feeds.Count}", _plan.Next(lines));
        _feeds.Add(feed);
        return feed;
    }

    /// <summary>The bytes of a feed.</summary>
    public static byte[] Content(Feed feed) => Encoding.UTF8.GetBytes(string.Join('\n', feed.Lines.Select(line => line.Text)));

    /// <summary>Uploads a feed, once: always under the same key, so that it may be sent again when no answer came.</summary>
    /// <returns>The status; 0 when no answer came.</returns>
    public async Task<int> TryUploadAsync(HttpClient client, Feed feed, Stream? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = body is null ? new ByteArrayContent(Content(feed)) : new StreamContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Add("Idempotency-Key", feed.Key);
        try
        {
            using var answer = await client.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.Accepted) feed.Id = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["feedId"];
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return 0;
        }
    }

    /// <summary>Uploads a feed, again and again until it is answered.</summary>
    public async Task UploadAsync(HttpClient client, Feed feed)
    {
        var clock = Stopwatch.StartNew();
        while (await TryUploadAsync(client, feed) is var status && status != 202)
        {
            Assert.True(status is 0 or 409 or 429 or 503 && clock.Elapsed < MarketplaceFixture.Patience, $"The upload was answered with {status} (seed {seed}).");
            await Task.Delay(50);
        }
    }

    /// <summary>How many lines have their result; null while nobody answers.</summary>
    public async Task<int?> AppliedAsync(HttpClient client, Feed feed)
    {
        try
        {
            using var answer = await client.GetAsync($"{Path}/{feed.Id}");
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
            var view = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
            return (int)view["accepted"]! + (int)view["unchanged"]! + (int)view["rejected"]!;
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            return null;
        }
    }

    /// <summary>Waits until so many lines of a feed have their result.</summary>
    public async Task ReachAsync(RunningProgram program, Feed feed, int lines)
    {
        var clock = Stopwatch.StartNew();
        while (await AppliedAsync(program.Client, feed) is var applied && (applied is null || applied < lines))
        {
            if (clock.Elapsed < MarketplaceFixture.Patience) await Task.Delay(3);
            else Assert.Fail($"Feed {feed.Id} stands at line {applied} of {feed.Lines.Count} and does not reach {lines} (seed {seed}): {program.Log}");
        }
    }

    /// <summary>Waits until all feeds are done.</summary>
    public async Task FinishAsync(RunningProgram program)
    {
        foreach (var feed in _feeds) await ReachAsync(program, feed, feed.Lines.Count);
    }
}
