using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Feeds;

/// <summary>The largest feed goes through a program whose heap has no room for it.</summary>
public sealed class FeedMemoryTests
{
    private const int Lines = 90_000;
    private const int LineBytes = 740;

    // 72 MiB: the program at rest needs about a third of it, and the feed alone would take what is left.
    private const string HeapLimit = "0x4800000";

    [Fact]
    public async Task Uploads_and_results_take_memory_that_does_not_grow_with_them()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString), ("DOTNET_GCHeapHardLimit", HeapLimit));
        program.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Of("powells", Role.Seller));
        program.Client.Timeout = TimeSpan.FromMinutes(5);
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Lines)
            .Select(n => $"{{\"op\":\"pause\",\"sku\":\"s{n}\"".PadRight(LineBytes - 2) + "}\n"))));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var taken = await program.Client.PostAsync("/v1/sellers/powells/feeds", content);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync());
        var feed = taken.Headers.Location!.ToString();

        await Eventually.TrueAsync(
            () => JsonNode.Parse(program.Client.GetStringAsync(feed).GetAwaiter().GetResult())!["finishedAt"] is not null, "the feed is finished");
        await using var results = await program.Client.GetStreamAsync($"{feed}/results");
        using var reader = new StreamReader(results);
        var line = 0;
        while (await reader.ReadLineAsync() is { } result) Assert.StartsWith($"{{\"line\":{++line},", result, StringComparison.Ordinal);
        Assert.Equal(Lines, line);
        Assert.Equal("", await program.Client.GetStringAsync($"{feed}/results?status=accepted"));
        Assert.StartsWith($"{{\"line\":{Lines},", await program.Client.GetStringAsync($"{feed}/results?status=rejected&after={Lines - 1}"));
    }
}
