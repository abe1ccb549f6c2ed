using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>Writers of two instances race, on streams of their own or on a few that all of them write.</summary>
public sealed class RacingWritersTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Each_acknowledged_write_is_there_once_and_every_read_model_is_as_the_log(bool meet) => Seeded.RunAsync(async seed =>
    {
        await using var second = await MarketplaceFixture.StartAsync(app.Database.ConnectionString);
        using var one = app.NewClient();
        using var two = MarketplaceFixture.NewClient(second);
        var product = MarketplaceFixture.NewId("raced");
        var writers = new Writers(product, 16, seed, meet);
        await writers.BeginAsync(one);
        using var stop = new CancellationTokenSource();
        var writing = writers.RunAsync([one, two], stop.Token);
        await Eventually.TrueAsync(() => writers.All.Count > 800, "writes go on");
        await stop.CancelAsync();
        await writing;

        // Whoever lost a race was decided again: nobody has to know of it.
        Assert.True(writers.Statuses.Keys.All(status => status is 200 or 201), string.Join(", ", writers.Statuses));
        await writers.ShouldAllBeThereAsync(app.Database.ConnectionString);
        var audit = new LogAudit(app.Database.ConnectionString, seed);
        await audit.StreamsAsync();
        await audit.ReadModelsAsync(two, product);
    });
}
