using Marketplace.HttpTests.Support;
using Marketplace.Tests.Metrics;

namespace Marketplace.HttpTests.Feeds;

/// <summary>What an operator sees of feeds.</summary>
public sealed class FeedMetricsTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    [Fact]
    public async Task Lines_are_counted_by_outcome_and_batches_measured()
    {
        var shelf = new Shelf(app.Api, MarketplaceFixture.NewId("seller"));
        var productId = await app.Api.NewProductAsync();
        await shelf.ApplyAsync(Shelf.Put(productId, "a", 20m), Shelf.Reprice("a", 20m), Shelf.Reprice("a", 21m), "bad");

        var metrics = await CountedAsync("marketplace_feeds_batch_duration_seconds");

        var lines = metrics["marketplace_feeds_lines_total"];
        Assert.Equal((2, 1, 1), (lines.Value(("outcome", "accepted")), lines.Value(("outcome", "unchanged")), lines.Value(("outcome", "rejected"))));
        Assert.Equal(2, metrics["marketplace_events_recorded_total"].Value(("stream", "offer")));
        Assert.True(metrics["marketplace_feeds_batch_duration_seconds"].Value(("le", "+Inf")) >= 1);
        Assert.True(metrics["marketplace_feeds_batch_lines"].Value(("le", "+Inf")) >= 1);
        Assert.Contains("marketplace_feeds_sellers", metrics.Keys);
        Assert.DoesNotContain(metrics.Values.SelectMany(family => family.Samples).SelectMany(sample => sample.Labels.Values), value => value.Contains(shelf.SellerId));
    }

    // A batch is counted right behind its commit, which a caller may see before.
    private async Task<IReadOnlyDictionary<string, PrometheusText.Family>> CountedAsync(string family)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var metrics = PrometheusText.Read((await app.Api.GetAsync("/metrics")).ShouldBe(200).Body);
            if (metrics.ContainsKey(family) || clock.Elapsed > MarketplaceFixture.Patience) return metrics;
            await Task.Delay(20);
        }
    }
}
