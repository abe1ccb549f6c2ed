using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Marketplace.Http;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Security;

/// <summary>API4:2023 Unrestricted Resource Consumption: what costs the server much is refused before it does. docs/limits.md has every limit.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api04UnrestrictedResourceConsumptionTests(ServedMarketplace market)
{
    [Fact]
    public async Task Large_deep_and_long_requests_are_refused()
    {
        (await market.SendAsync("POST", "/v1/lowest-prices/query", new string(' ', RequestShape.MaxBody + 1))).ShouldBeProblem(413);
        (await market.SendAsync("POST", "/v1/lowest-prices/query", new { productIds = Enumerable.Range(0, 1001).Select(i => $"p{i}") })).ShouldBeProblem(400, "productIds");
        (await market.SendAsync("POST", "/v1/lowest-prices/query", "{\"productIds\":" + new string('[', 100_000))).ShouldBeProblem(400);
        (await market.SendAsync("GET", "/v1/products?limit=501")).ShouldBeProblem(400, "limit");
        (await market.SendAsync("GET", "/v1/products?limit=9999999999999999999999")).ShouldBeProblem(400, "limit");
        (await market.SendAsync("GET", $"/v1/products?{string.Join('&', Enumerable.Range(0, 900).Select(i => $"p{i}=1"))}")).ShouldBeProblem(400);
        (await market.SendAsync("GET", $"/v1/products?after={new string('A', 2000)}")).ShouldBeProblem(400, "after");
        Assert.Equal(431, (await market.RawAsync("GET /v1/products HTTP/1.1", null, $"X: {new string('x', 20_000)}\r\n")).Status);
        Assert.Equal(414, (await market.RawAsync($"GET /{new string('x', 10_000)} HTTP/1.1")).Status);
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_large_one_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var i = 0; i < 1000; i++) await gzip.WriteAsync(new byte[64 * 1024]);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var answer = await market.Program.Client.PostAsync("/v1/lowest-prices/query", content);

        Assert.InRange((int)answer.StatusCode, 400, 415);
    }

    [Fact]
    public async Task Patterns_and_numbers_made_to_take_long_take_no_time()
    {
        var clock = Stopwatch.StartNew();
        foreach (var amount in new[] { "1e999999999", "0." + new string('0', 100_000) + "1", new string('9', 100_000), "1E-999999999" })
            (await market.SendAsync("PATCH", Given.Offer(ServedMarketplace.Mine), "{\"price\":{\"amount\":" + amount + ",\"currency\":\"USD\"}}", market.Attacker)).ShouldBeProblem(400);
        foreach (var tag in new[] { new string('"', 8_000), string.Join(',', Enumerable.Repeat("\"1\"", 2_000)), "W/" + new string('W', 8_000) })
            (await market.SendAsync("GET", Given.Offer(ServedMarketplace.Mine), null, null, ("If-None-Match", tag))).ShouldBeOneOf(200, 304, 400);

        // Generous: a quadratic reading of these would take many times as long.
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public async Task A_caller_who_sends_more_than_it_may_is_held_off_and_the_others_are_not()
    {
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", market.Database.ConnectionString),
            ("Limits__RequestsPerSecond", "1"), ("Limits__RequestBurst", "5"));
        var statuses = new List<int>();
        for (var i = 0; i < 50; i++)
        {
            using var answer = await program.Client.GetAsync("/v1/products");
            statuses.Add((int)answer.StatusCode);
            if (statuses[^1] == 429) Assert.True(answer.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        }

        Assert.Contains(429, statuses);
        using var other = new HttpRequestMessage(HttpMethod.Get, "/v1/products");
        other.Headers.Authorization = new("Bearer", market.Attacker);
        Assert.Equal(200, (int)(await program.Client.SendAsync(other)).StatusCode);
    }

    [Fact]
    public async Task A_feed_has_so_many_bytes_and_its_lines_so_many_and_no_more()
    {
        var line = Encoding.UTF8.GetBytes("{\"op\":\"patch\",\"sku\":\"sku-1\",\"reason\":\"" + new string('r', 200_000) + "\"}\n");
        var answer = await market.SendAsync("POST", "/v1/sellers/powells/feeds", Encoding.UTF8.GetString(line), market.Attacker, ("Content-Type", "application/x-ndjson"));
        if (answer.ShouldBeOneOf(202, 400, 413).Status != 202) return;
        var feed = (string)answer.Json["feedId"]!;
        await market.EventuallyDoneAsync("powells", feed);

        Assert.Equal(1, (int)(await market.SendAsync("GET", $"/v1/sellers/powells/feeds/{feed}", null, market.Attacker)).Json["rejected"]!);
    }
}
