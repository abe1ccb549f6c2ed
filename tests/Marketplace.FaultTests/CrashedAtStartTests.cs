using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>A server that crashes while the program's daemon is about to start leaves no daemon that stands still.</summary>
public sealed class CrashedAtStartTests
{
    [Fact]
    public Task The_read_models_follow_whenever_it_happens() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var cluster = await PrivateCluster.StartAsync();
        var address = await cluster.EnsureDatabaseAsync("marketplace");
        var writers = new Writers("fire", 2, seed);
        for (var start = 0; start < 3; start++)
        {
            await using var host = await MarketplaceFixture.StartAsync(address);
            await Task.Delay(random.Next(150));
            await (random.Next(2) == 0 ? cluster.KillPostmasterAsync() : cluster.StopImmediatelyAsync());
            await cluster.StartAgainAsync();

            using var client = MarketplaceFixture.NewClient(host);
            await Eventually.TrueAsync(async () => (await new Api(host).GetAsync("/health/live")).Status == 200
                && (await new Api(host).GetAsync("/v1/products")).Status == 200, "the program has found its server again");
            await writers.BeginAsync(client);
            using var stop = new CancellationTokenSource();
            var (writing, least) = (writers.RunAsync(client, stop.Token), writers.All.Count + 50);
            await Eventually.TrueAsync(() => writers.All.Count > least, "writes go on");
            await stop.CancelAsync();
            await writing;
            await new LogAudit(address, seed).ReadModelsAsync(client, "fire");
        }
    });
}
