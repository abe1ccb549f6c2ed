using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Audit;

public sealed class AuditStreamTests(SharedMarketplace fixture) : IClassFixture<SharedMarketplace>
{
    private Api Api => fixture.Api;

    private async Task<string> ReviewedAsync()
    {
        var productId = await Api.NewProductAsync();
        (await Api.PostAsync($"/v1/products/{productId}/reviews", new { reviewerId = "ann", rating = 4, title = "Good", body = "A good \"book\"\n." })).ShouldBe(201);
        return productId;
    }

    [Fact]
    public async Task A_stream_shows_every_event_with_who_when_and_why()
    {
        var productId = await ReviewedAsync();
        var hidden = (await Api.PostAsync($"/v1/reviews/{productId}~ann/hide", new { reason = "spam, says \"bob\"" }, ("Marketplace-Reference", "ticket 7"))).ShouldBe(200);
        var answer = (await Api.GetAsync($"/v1/audit/streams/review%2F{productId}%2Fann")).ShouldBe(200);
        Assert.True(answer.Position >= hidden.Position);
        var items = answer.Json["items"]!.AsArray();
        Assert.Null(answer.Json["next"]);
        Assert.Equal(2, items.Count);
        var (first, second) = (items[0]!.AsObject(), items[1]!.AsObject());
        Assert.Equal(["position", "id", "stream", "version", "type", "data", "recordedAt", "effectiveAt", "actor", "cause", "reason", "reference", "correlationId", "causationId"],
            first.Select(member => member.Key));
        Assert.Equal(("review_submitted", 1, $"review/{productId}/ann"), ((string)first["type"]!, (int)first["version"]!, (string)first["stream"]!));
        Assert.Equal(("reviewer:ann", "manual"), ((string)first["actor"]!, (string)first["cause"]!));
        Assert.Equal((string?)first["recordedAt"], (string?)first["effectiveAt"]);
        Assert.EndsWith("Z", (string?)first["recordedAt"], StringComparison.Ordinal);
        Assert.Equal("A good \"book\"\n.", (string?)first["data"]!["body"]);
        Assert.Equal(("review_hidden", 2), ((string)second["type"]!, (int)second["version"]!));
        Assert.Equal(("spam, says \"bob\"", "ticket 7"), ((string)second["reason"]!, (string)second["reference"]!));
        Assert.Equal(hidden.Position, (long)second["position"]!);
        Assert.False(string.IsNullOrEmpty((string?)second["correlationId"]));
    }

    [Fact]
    public async Task A_correction_shows_when_it_holds_from_beside_when_it_was_recorded()
    {
        var productId = MarketplaceFixture.NewId("book");
        (await Api.PutAsync($"/v1/products/{productId}", new { title = "t" }, ("Marketplace-Cause", "correction"), ("Marketplace-Effective-At", "2020-02-03T04:05:06.789+01:00")))
            .ShouldBe(201);
        var item = (await Api.GetAsync($"/v1/audit/streams/product%2f{productId}")).ShouldBe(200).Json["items"]![0]!;
        Assert.Equal("2020-02-03T03:05:06.789000Z", (string?)item["effectiveAt"]);
        Assert.NotEqual((string?)item["effectiveAt"], (string?)item["recordedAt"]);
        Assert.Equal("correction", (string?)item["cause"]);
    }

    [Fact]
    public async Task A_long_stream_comes_page_by_page()
    {
        var productId = await ReviewedAsync();
        for (var i = 0; i < 6; i++) (await Api.PutAsync($"/v1/reviews/{productId}~ann/votes/voter-{i}", new { helpful = i % 2 == 0 })).ShouldBe(200);
        var versions = new List<int>();
        string? next = null;
        do
        {
            var page = (await Api.GetAsync($"/v1/audit/streams/review%2F{productId}%2Fann?limit=3{(next is null ? "" : $"&after={next}")}")).ShouldBe(200).Json;
            versions.AddRange(page["items"]!.AsArray().Select(item => (int)item!["version"]!));
            next = (string?)page["next"];
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(1, 7), versions);
    }

    [Fact]
    public async Task A_cursor_of_another_stream_is_invalid()
    {
        var (one, other) = (await ReviewedAsync(), await ReviewedAsync());
        (await Api.PutAsync($"/v1/reviews/{one}~ann/votes/bob", new { helpful = true })).ShouldBe(200);
        var next = (string)(await Api.GetAsync($"/v1/audit/streams/review%2F{one}%2Fann?limit=1")).ShouldBe(200).Json["next"]!;
        (await Api.GetAsync($"/v1/audit/streams/review%2F{other}%2Fann?after={next}")).ShouldBeProblem(400, "after");
    }

    [Theory]
    [InlineData("offer")]
    [InlineData("offer%2Fpowells")]
    [InlineData("offer%2Fpowells%2Fx1%2Fy")]
    [InlineData("offer%2Fpowells%2F..")]
    [InlineData("offer%2Fpow%20ells%2Fx1")]
    [InlineData("order%2Fx1")]
    [InlineData("Product%2Fx1")]
    [InlineData("product%2F%25")]
    public async Task What_is_no_key_of_a_stream_is_invalid(string key) =>
        (await Api.GetAsync($"/v1/audit/streams/{key}")).ShouldBeProblem(400, "streamKey");

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("after=zzz", "after")]
    [InlineData("from=1", "from")]
    public async Task A_bad_query_is_invalid(string query, string parameter)
    {
        var productId = await Api.NewProductAsync();
        (await Api.GetAsync($"/v1/audit/streams/product%2F{productId}?{query}")).ShouldBeProblem(400, parameter);
    }

    [Fact]
    public async Task A_stream_without_events_is_not_found() =>
        (await Api.GetAsync("/v1/audit/streams/offer%2Fnobody%2Fnothing")).ShouldBeProblem(404);
}
