using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Audit;

public sealed class AuditLogTests(MarketplaceFixture fixture) : IClassFixture<MarketplaceFixture>
{
    private Api Api => fixture.Api;

    private static List<JsonNode> Lines(Answered answer)
    {
        if (answer.Body.Length > 0) Assert.EndsWith("\n", answer.Body, StringComparison.Ordinal);
        return [.. answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static List<long> Positions(Answered answer) => [.. Lines(answer).Select(line => (long)line["position"]!)];

    private async Task<List<long>> RecordedAsync()
    {
        await using var command = fixture.Db.CreateCommand("select seq_id from mt_events order by seq_id");
        await using var reader = await command.ExecuteReaderAsync();
        var positions = new List<long>();
        while (await reader.ReadAsync()) positions.Add(reader.GetInt64(0));
        return positions;
    }

    [Fact]
    public async Task The_log_is_one_event_a_line_like_the_items_of_its_streams()
    {
        var productId = await Api.NewProductAsync("Привет, \"Welt\"\n");
        var log = (await Api.GetAsync("/v1/audit/events", ("Accept", "application/x-ndjson"))).ShouldBe(200);
        Assert.Equal("application/x-ndjson", log.Headers["Content-Type"]);
        var line = Lines(log).Single(e => (string)e["stream"]! == $"product/{productId}");
        var item = (await Api.GetAsync($"/v1/audit/streams/product%2F{productId}")).ShouldBe(200).Json["items"]![0]!;
        Assert.Equal(item.ToJsonString(), line.ToJsonString());
        Assert.Equal(await RecordedAsync(), Positions(log));
        Assert.Equal((await RecordedAsync())[^1], log.Position);
    }

    [Fact]
    public async Task The_log_resumes_after_a_position_and_stops_at_a_limit()
    {
        for (var i = 0; i < 5; i++) await Api.NewProductAsync();
        var all = await RecordedAsync();
        var (after, rest) = (all[1], all.Skip(2).ToList());
        Assert.Equal(rest, Positions((await Api.GetAsync($"/v1/audit/events?after={after}")).ShouldBe(200)));
        Assert.Equal(rest.Take(2), Positions((await Api.GetAsync($"/v1/audit/events?after={after}&limit=2")).ShouldBe(200)));
        var end = (await Api.GetAsync($"/v1/audit/events?after={all[^1]}")).ShouldBe(200);
        Assert.Equal("", end.Body);
        Assert.Equal("", (await Api.GetAsync($"/v1/audit/events?after={long.MaxValue}")).ShouldBe(200).Body);
    }

    [Theory]
    [InlineData("application/json", 406)]
    [InlineData("text/html, application/json;q=0.9", 406)]
    [InlineData("application/x-ndjson;q=0, */*", 406)]
    [InlineData("*/*", 200)]
    [InlineData("application/*", 200)]
    [InlineData("text/html, application/x-ndjson;q=0.5", 200)]
    public async Task The_log_has_one_form_and_says_so(string accept, int status)
    {
        var answer = await Api.GetAsync("/v1/audit/events?limit=1", ("Accept", accept));
        if (status == 200) answer.ShouldBe(200);
        else answer.ShouldBeProblem(status);
    }

    [Theory]
    [InlineData("after=-1", "after")]
    [InlineData("after=x", "after")]
    [InlineData("after=99999999999999999999", "after")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1.5", "limit")]
    [InlineData("offset=3", "offset")]
    public async Task A_bad_query_is_invalid(string query, string parameter) =>
        (await Api.GetAsync($"/v1/audit/events?{query}")).ShouldBeProblem(400, parameter);

    [Fact]
    public async Task Resuming_while_writers_are_busy_misses_and_repeats_nothing()
    {
        const int writers = 8, writes = 40;
        var products = new List<string>();
        for (var i = 0; i < writers; i++) products.Add(await Api.NewProductAsync());
        var busy = Task.WhenAll(products.Select(productId => Task.Run(async () =>
        {
            for (var i = 0; i < writes; i++)
                (await Api.PostAsync($"/v1/products/{productId}/reviews", new { reviewerId = $"reviewer-{i}", title = "t", body = "b" })).ShouldBe(201);
        })));
        var seen = new List<long>();
        bool last;
        do
        {
            last = busy.IsCompleted;
            var answer = (await Api.GetAsync($"/v1/audit/events?after={(seen.Count == 0 ? 0 : seen[^1])}")).ShouldBe(200);
            seen.AddRange(Positions(answer));
            Assert.True(seen.Count == 0 || seen[^1] <= answer.Position, "An event beyond the stated position was given away.");
        }
        while (!last);
        await busy;
        Assert.Equal(await RecordedAsync(), seen);
    }
}
