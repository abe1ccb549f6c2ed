using Marketplace.HttpTests.Logs;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>A read model behind the log that fails stops there and says so; nothing else does, and it goes on once it no longer fails.</summary>
public sealed class FailingProjectionTests
{
    [Fact]
    public Task It_skips_nothing_is_told_by_readiness_log_and_operations_and_goes_on_by_itself() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Operations:MaxLagSeconds", "0.5"));
        var api = new Api(host);
        var (product, seller, offer) = await api.OfferAsync();
        (await api.PostAsync($"/v1/products/{product}/reviews", new { reviewerId = "ann", rating = 4, title = "t", body = "b" })).ShouldBe(201);
        await Eventually.TrueAsync(async () => await database.ScalarAsync<long>("select count(*) from marketplace.review_history") == 1, "it follows");
        await database.ExecuteAsync("alter table marketplace.review_history add constraint votes_are_refused check (helpful = 0) not valid");

        var vote = (await api.PutAsync($"/v1/reviews/{product}~ann/votes/bob", new { helpful = true })).ShouldBe(200).Position;

        // Writes go on, and so do the other read models.
        var last = (await api.PatchAsync(offer, new { price = new { amount = 33, currency = "USD" } })).ShouldBe(200).Position;
        (await api.GetAsync($"/v1/sellers/{seller}/offers/sku-1/price-history", ("Marketplace-Min-Position", $"{last}"))).ShouldBe(200);
        await Eventually.TrueAsync(async () => (await api.GetAsync("/health/ready")) is { Status: 503 } unready
            && ((string?)unready.Json["checks"]!["projections"]!["detail"])!.Contains("ReviewHistory", StringComparison.Ordinal), "readiness names it");
        var told = (await api.GetAsync("/v1/operations/projections")).ShouldBe(200).Json["items"]!.AsArray().ToDictionary(item => (string)item!["name"]!);
        Assert.True((long)told["ReviewHistory"]!["position"]! < vote && (double)told["ReviewHistory"]!["lagSeconds"]! > 0.5, $"{told["ReviewHistory"]}");
        Assert.True((long)told["PriceHistory"]!["position"]! >= last, $"{told["PriceHistory"]}");
        await Eventually.TrueAsync(() => SuiteLog.Read().Any(line => line.StartsWith("Error", StringComparison.Ordinal)
            && line.Contains("ReviewHistory", StringComparison.Ordinal)), "the log names it");
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from marketplace.review_history"));

        await database.ExecuteAsync("alter table marketplace.review_history drop constraint votes_are_refused");

        await ReadyAsync(api);
        using var client = MarketplaceFixture.NewClient(host);
        var audit = new LogAudit(database.ConnectionString, seed);
        await audit.ReadModelsAsync(client, product);
    });

    private static Task ReadyAsync(Api api) => Eventually.TrueAsync(async () => (await api.GetAsync("/health/ready")).Status == 200, "it is ready");
}
