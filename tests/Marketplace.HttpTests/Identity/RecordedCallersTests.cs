using System.Text.Json.Nodes;
using Marketplace.HttpTests.Idempotency;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Identity;

/// <summary>Every event says who, in which role, why and in which trace.</summary>
public class RecordedCallersTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Parent = "00f067aa0ba902b7";

    // What a feed records is its lines' own, and says so: the feeds' tests look at it.
    public static TheoryData<string> Writes => [.. EveryWrite.All.Where(one => !one.Value.Operation.Contains("/feeds", StringComparison.Ordinal)).Select(one => one.Key)];

    private Api Api => app.Api;

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task What_a_write_records_carries_its_caller_cause_reason_and_trace(string name)
    {
        var (write, status, events) = await EveryWrite.All[name].Ready(Api);
        var rule = Access.Find(write.Method, write.Operation.Split(' ')[1])!;
        var before = await LastPositionAsync();
        var isCorrection = write.Headers.Any(header => header.Name == "Marketplace-Cause");
        (string, string)[] more = isCorrection ? [] : [("Marketplace-Cause", "rule"), ("Marketplace-Reference", "house rule 7")];

        (await Api.SendAsync(write.Method, write.Url, write.Body,
            [.. write.Headers, .. more, ("Marketplace-Reason", "as agreed"), ("traceparent", $"00-{Trace}-{Parent}-01")])).ShouldBe(status);

        var recorded = await RecordedSinceAsync(before);
        Assert.Equal(events, recorded.Count);
        Assert.All(recorded, e =>
        {
            Assert.Matches($"^{rule.Grants[0].Role.ToString().ToLowerInvariant()}:[!-~]+$", (string?)e["actor"]);
            Assert.Equal(isCorrection ? "correction" : "rule", (string?)e["cause"]);
            Assert.Equal(Trace, (string?)e["correlationId"]);
            Assert.Matches("^[0-9a-f]{16}$", (string?)e["causationId"]);
            Assert.NotEqual(Parent, (string?)e["causationId"]);
            Assert.NotNull((string?)e["reason"]);
            Assert.NotNull((string?)e["reference"]);
        });
        if (rule.Grants[0].Owner != Owner.Anybody)
            Assert.All(recorded, e => Assert.Contains(((string)e["actor"]!).Split(':')[1], write.Url + write.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("garbage")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    public async Task Without_a_trace_of_the_callers_the_write_begins_one(string? traceparent)
    {
        var before = await LastPositionAsync();
        (await Api.PutAsync($"/v1/products/{MarketplaceFixture.NewId("book")}", new { title = "t" }, traceparent is null ? [] : [("traceparent", traceparent)])).ShouldBe(201);

        var correlation = (string?)Assert.Single(await RecordedSinceAsync(before))["correlationId"];
        Assert.Matches("^(?!0{32})[0-9a-f]{32}$", correlation);
        Assert.NotEqual(Trace, correlation);
    }

    [Fact]
    public async Task Every_write_of_one_trace_is_found_by_it()
    {
        var trace = Guid.NewGuid().ToString("N");
        var before = await LastPositionAsync();
        var (product, seller) = (MarketplaceFixture.NewId("book"), MarketplaceFixture.NewId("seller"));
        (string, string)[] header = [("traceparent", $"00-{trace}-{Parent}-00")];
        (await Api.PutAsync($"/v1/products/{product}", new { title = "t" }, header)).ShouldBe(201);
        (await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m), header)).ShouldBe(201);

        var recorded = await RecordedSinceAsync(before);
        Assert.Equal(["catalog:tester", $"seller:{seller}"], recorded.Select(e => (string?)e["actor"]));
        Assert.Equal([trace], recorded.Select(e => (string?)e["correlationId"]).Distinct());
        Assert.Equal(2, recorded.Select(e => (string?)e["causationId"]).Distinct().Count());
    }

    [Fact]
    public async Task Nobody_but_an_operator_corrects()
    {
        var (_, seller, url) = await Api.OfferAsync();
        (string, string)[] correction = [("Marketplace-Cause", "correction")];
        (string, string)[] backdated = [.. correction, ("Marketplace-Effective-At", "2020-01-01T00:00:00Z")];
        var alone = Api.As(seller, Role.Seller);

        (await alone.PatchAsync(url, new { quantity = 3 }, correction)).ShouldBeProblem(403);
        (await alone.PatchAsync(url, new { quantity = 3 }, backdated)).ShouldBeProblem(403);
        (await Api.As(seller, Role.Operator).PatchAsync(url, new { quantity = 3 }, correction)).ShouldBeProblem(403);
        (await Api.As("root", Role.Seller, Role.Operator).PatchAsync(url, new { quantity = 3 }, correction)).ShouldBeProblem(403);
        Assert.Equal("\"1\"", (await Api.GetAsync(url)).ETag);
        (await Api.As(seller, Role.Operator, Role.Seller).PatchAsync(url, new { quantity = 3 }, correction)).ShouldBe(200);
    }

    [Fact]
    public async Task The_cause_feed_is_the_feeds_own()
    {
        var (_, seller, url) = await Api.OfferAsync();

        (await Api.As(seller, Role.Seller, Role.Operator).PatchAsync(url, new { quantity = 3 }, ("Marketplace-Cause", "feed"))).ShouldBeProblem(400, "Marketplace-Cause");
        (await Api.PatchAsync(url, new { quantity = 3 }, ("Marketplace-Effective-At", "2020-01-01T00:00:00Z"))).ShouldBeProblem(400, "Marketplace-Effective-At");
        Assert.Equal("\"1\"", (await Api.GetAsync(url)).ETag);
    }

    [Fact]
    public async Task A_review_that_names_nobody_is_malformed_and_anothers_is_refused()
    {
        var product = await Api.NewProductAsync();
        var (ann, url, before) = (Api.As("ann", Role.Reviewer), $"/v1/products/{product}/reviews", await app.EventsAsync());

        (await ann.PostAsync(url, new { reviewerId = "bob", title = "Good", body = "Short." })).ShouldBeProblem(403);
        (await ann.PostAsync(url, new { reviewerId = "Ann", title = "Good", body = "Short." })).ShouldBeProblem(403);
        (await ann.PostAsync(url, """{"reviewerId":"b\u006fb","title":"Good","body":"Short."}""")).ShouldBeProblem(403);
        (await ann.PostAsync(url, new { title = "Good", body = "Short." })).ShouldBeProblem(400, "reviewerId");
        (await ann.PostAsync(url, """{"reviewerId":null,"title":"Good","body":"Short."}""")).ShouldBeProblem(400, "reviewerId");
        (await ann.PostAsync(url, """{"reviewerId":7,"title":"Good","body":"Short."}""")).ShouldBeProblem(400, "reviewerId");
        (await ann.PostAsync(url, """{"reviewerId":"ann ","title":"Good","body":"Short."}""")).ShouldBeProblem(400, "reviewerId");
        (await ann.PostAsync(url, """{"reviewerId":"ann","reviewerId":"bob","title":"Good","body":"Short."}""")).ShouldBeProblem(400, "reviewerId");
        (await ann.PostAsync(url, """{"reviewerId":"bob","reviewerId":"ann","title":"Good","body":"Short."}""")).ShouldBeProblem(400, "reviewerId");
        Assert.Equal(before, await app.EventsAsync());
        (await ann.PostAsync(url, """{"reviewerId":"\u0061nn","title":"Good","body":"Short."}""")).ShouldBe(201);
    }

    private Task<long> LastPositionAsync() => app.Database.ScalarAsync<long>("select coalesce(max(seq_id), 0) from marketplace.mt_events");

    private async Task<IReadOnlyList<JsonNode>> RecordedSinceAsync(long position) =>
        [.. (await Api.GetAsync($"/v1/audit/events?after={position}", ("Accept", "application/x-ndjson"))).ShouldBe(200).Body
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
}
