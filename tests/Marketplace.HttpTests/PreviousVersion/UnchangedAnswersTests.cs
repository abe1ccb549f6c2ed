using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Marten.Events;
using static Marketplace.HttpTests.PreviousVersion.PreviousDatabase;

namespace Marketplace.HttpTests.PreviousVersion;

/// <summary>What the previous version stored is answered as it was.</summary>
public sealed class UnchangedAnswersTests(PreviousDatabase previous) : IClassFixture<PreviousDatabase>
{
    private const string Product = "/v1/products/0486821951";

    [Theory]
    [InlineData("lowest.json", Product + "/lowest-prices", "asOf")]
    [InlineData("past.json", Product + "/lowest-prices?atPosition=20")]
    [InlineData("history.json", Product + "/price-history?listingType=used")]
    [InlineData("summary.json", Product + "/reviews/summary")]
    [InlineData("offers.json", "/v1/sellers/riverside/offers")]
    [InlineData("feeds.json", "/v1/sellers/riverside/feeds")]
    public async Task Every_answer_is_what_it_was(string stored, string url, string? moving = null)
    {
        await previous.Host.WaitForNonStaleProjectionDataAsync(MarketplaceFixture.Patience);

        var now = (await previous.Api.GetAsync(url)).ShouldBe(200).Json;

        var then = JsonNode.Parse(Stored(stored))!;
        if (moving is not null) Assert.True(now.AsObject().Remove(moving) && then.AsObject().Remove(moving));
        Assert.Equal(then.ToJsonString(), now.ToJsonString());
    }

    [Fact]
    public async Task The_log_is_what_it_was()
    {
        var log = await previous.Api.GetAsync("/v1/audit/events", ("Accept", "application/x-ndjson"));

        Assert.Equal(Stored("events.ndjson"), log.ShouldBe(200).Body);
    }

    [Fact]
    public async Task A_keyed_request_is_replayed()
    {
        // The fingerprint is taken of these very bytes.
        const string Body = """
            {"productId": "0679783261", "listingType": "used", "condition": "good", "price": {"amount": 23, "currency": "USD"}, "quantity": 3}
            """;

        var again = await previous.Api.As("powells", Role.Seller)
            .PutAsync("/v1/sellers/powells/offers/s-3", Body, ("Idempotency-Key", "post-powells-3"));

        again.ShouldBe(201);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(LastPosition, await previous.Database.ScalarAsync<long>("select max(seq_id) from marketplace.mt_events"));
    }
}
