using System.Text;
using Marketplace.Feeds;
using Marketplace.Feeds.Lines;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Feeds;

/// <summary>What is taken as a feed, and what is refused and leaves nothing behind.</summary>
public sealed class FeedUploadTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private readonly Shelf _shelf = new(app.Api, MarketplaceFixture.NewId("seller"));

    private Task<long> ChunksAsync() => app.Database.ScalarAsync<long>("""
        select count(*) from marketplace.feed_chunk as c where not exists (select from marketplace.feed as f where f.feed_id = c.feed_id)
        """);

    [Fact]
    public async Task The_last_line_may_lack_its_end_and_lines_may_end_as_on_Windows_behind_a_byte_order_mark()
    {
        var feed = await _shelf.FinishedAsync((string)(await _shelf.SendBytesAsync(
            [0xEF, 0xBB, 0xBF, .. "{\"op\":\"pause\",\"sku\":\"a\"}\r\n{\"op\":\"pause\",\"sku\":\"b\"}"u8])).ShouldBe(202).Json["feedId"]!);

        Assert.Equal((2, 2), ((int)feed["lines"]!, (int)feed["rejected"]!));
        var results = await _shelf.ResultsAsync((string)feed["feedId"]!);
        Assert.All(results, result => Assert.Equal("not-found", (string?)result["errors"]![0]!["code"]));
        Assert.Equal(["a", "b"], results.Select(result => (string?)result["sku"]));
    }

    [Fact]
    public async Task Lines_that_are_empty_or_no_text_are_bad_lines_with_a_number()
    {
        var feed = await _shelf.FinishedAsync((string)(await _shelf.SendBytesAsync(
            [.. "\n{\"op\":\"pause\",\"sku\":\"a\"}\n"u8, 0xFF, 0xFE, (byte)'\n', (byte)'\n'])).ShouldBe(202).Json["feedId"]!);

        Assert.Equal(4, (int)feed["lines"]!);
        var codes = (await _shelf.ResultsAsync((string)feed["feedId"]!)).Select(result => (string?)result["errors"]![0]!["code"]);
        Assert.Equal(["malformed", "not-found", "malformed", "malformed"], codes);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_alone()
    {
        var sku = MarketplaceFixture.NewId("sku");
        var longest = $"{{\"op\":\"pause\",\"sku\":\"{sku}\"}}".PadRight(FeedLineReader.MaxBytes);
        var feed = await _shelf.ApplyAsync(longest, longest + " ", $"{{\"op\":\"pause\",\"sku\":\"{sku}\"}}{new string(' ', 1_000_000)}", longest);

        var results = await _shelf.ResultsAsync((string)feed["feedId"]!);
        Assert.Equal(["not-found", "malformed", "malformed", "not-found"], results.Select(result => (string?)result["errors"]![0]!["code"]));
        Assert.Contains($"{FeedLineReader.MaxBytes} bytes", (string)results[1]["errors"]![0]!["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feed_of_the_most_lines_is_taken_and_one_more_line_is_413()
    {
        var lines = Encoding.ASCII.GetBytes(new string('\n', FeedLimits.MostLines));
        var feedId = (string)(await _shelf.SendBytesAsync(lines)).ShouldBe(202).Json["feedId"]!;
        Assert.Equal(FeedLimits.MostLines, (int)(await _shelf.FeedAsync(feedId))["lines"]!);
        (await _shelf.Api.DeleteAsync($"{_shelf.Feeds}/{feedId}")).ShouldBe(204);

        var refused = (await _shelf.SendBytesAsync([.. lines, (byte)'x'])).ShouldBeProblem(413);

        Assert.Contains($"{FeedLimits.MostLines} lines", (string)refused.Json["detail"]!, StringComparison.Ordinal);
        Assert.Equal(0, await ChunksAsync());
    }

    [Fact]
    public async Task A_feed_of_the_most_bytes_is_taken_and_one_more_byte_is_413()
    {
        // Lines that are too long take no room: the upload is large, what is kept of it is not.
        var bytes = new byte[FeedLimits.MostBytes + 1];
        Array.Fill(bytes, (byte)' ');
        bytes[^1] = (byte)'\n';
        var feedId = (string)(await _shelf.SendBytesAsync(bytes[..^1])).ShouldBe(202).Json["feedId"]!;
        Assert.Equal(1, (int)(await _shelf.FinishedAsync(feedId))["rejected"]!);

        var refused = (await _shelf.SendBytesAsync(bytes)).ShouldBeProblem(413);

        Assert.Contains($"{FeedLimits.MostBytes} bytes", (string)refused.Json["detail"]!, StringComparison.Ordinal);
        Assert.Equal(0, await ChunksAsync());
    }

    [Fact]
    public async Task An_empty_upload_is_400() => (await _shelf.SendBytesAsync([])).ShouldBeProblem(400, "$");

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/x-ndjson; charset=iso-8859-1")]
    public async Task Anything_but_lines_of_JSON_in_UTF8_is_415(string contentType) =>
        (await _shelf.Api.PostBytesAsync(_shelf.Feeds, "{}"u8.ToArray(), contentType)).ShouldBeProblem(415);

    [Fact]
    public async Task The_charset_may_be_said() =>
        (await _shelf.Api.PostBytesAsync(_shelf.Feeds, "{}"u8.ToArray(), "application/x-ndjson; charset=\"UTF-8\"")).ShouldBe(202);

    [Fact]
    public async Task A_compressed_upload_is_415() => (await _shelf.SendBytesAsync([0x1F, 0x8B, 0x08], ("Content-Encoding", "gzip"))).ShouldBeProblem(415);

    [Theory]
    [InlineData("Marketplace-Cause", "manual")]
    [InlineData("Marketplace-Reference", "x")]
    [InlineData("Marketplace-Reason", "Sale")]
    public async Task Headers_that_say_why_are_not_for_feeds(string name, string value) =>
        (await _shelf.SendBytesAsync("{}"u8.ToArray(), (name, value))).ShouldBeProblem(400, name);

    [Fact]
    public async Task An_upload_is_no_version_of_anything()
    {
        (await _shelf.SendBytesAsync("{}"u8.ToArray(), ("If-Match", "\"1\""))).ShouldBeProblem(412);
        (await _shelf.SendBytesAsync("{}"u8.ToArray(), ("If-None-Match", "*"))).ShouldBe(202);
        (await _shelf.SendBytesAsync("{}"u8.ToArray(), ("If-Match", "1"))).ShouldBeProblem(400, "If-Match");
    }

    [Fact]
    public async Task Another_seller_can_neither_send_nor_see_nor_cancel_a_feed()
    {
        var feedId = await _shelf.UploadAsync("{}");
        var other = app.Api.As(MarketplaceFixture.NewId("seller"), Role.Seller);

        (await other.PostBytesAsync(_shelf.Feeds, "{}"u8.ToArray(), "application/x-ndjson")).ShouldBeProblem(403);
        foreach (var path in new[] { "", $"/{feedId}", $"/{feedId}/results" }) (await other.GetAsync(_shelf.Feeds + path)).ShouldBeProblem(403);
        (await other.DeleteAsync($"{_shelf.Feeds}/{feedId}")).ShouldBeProblem(403);
        (await app.Api.Anonymous.GetAsync($"{_shelf.Feeds}/{feedId}")).ShouldBeProblem(401);

        // Under a path of one's own the feed of another is none.
        var mine = new Shelf(app.Api, MarketplaceFixture.NewId("seller"));
        (await mine.Api.GetAsync($"{mine.Feeds}/{feedId}")).ShouldBeProblem(404);
        (await mine.Api.GetAsync($"{mine.Feeds}/{feedId}/results")).ShouldBeProblem(404);
        (await mine.Api.DeleteAsync($"{mine.Feeds}/{feedId}")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_key_repeated_makes_no_second_feed()
    {
        (string, string) key = ("Idempotency-Key", MarketplaceFixture.NewId("key"));
        var first = (await _shelf.SendBytesAsync("{}"u8.ToArray(), key)).ShouldBe(202);
        var again = (await _shelf.SendBytesAsync("{}"u8.ToArray(), key)).ShouldBe(202);

        Assert.Equal((first.Body, first.Headers["Location"], first.ETag), (again.Body, again.Headers["Location"], again.ETag));
        (await _shelf.SendBytesAsync("{ }"u8.ToArray(), key)).ShouldBeProblem(422);
        Assert.Single((await _shelf.Api.GetAsync(_shelf.Feeds)).ShouldBe(200).Json["items"]!.AsArray());
    }
}
