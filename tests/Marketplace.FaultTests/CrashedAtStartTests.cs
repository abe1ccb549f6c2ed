using Alba;
using Marketplace.HttpTests.Support;
using Npgsql;
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
        var atStart = new NpgsqlConnectionStringBuilder(address) { ApplicationName = "at-start" }.ConnectionString;
        var writers = new Writers("fire", 2, seed);
        for (var start = 0; start < 3; start++)
        {
            var starting = MarketplaceFixture.StartAsync(atStart);
            await Eventually.TrueAsync(async () => await PostgresBackends.CountOfAsync(address, "at-start") > 0, "the program connects");
            await Task.Delay(random.Next(1_000));
            await (random.Next(2) == 0 ? cluster.KillPostmasterAsync() : cluster.StopImmediatelyAsync());
            await cluster.StartAgainAsync();
            await using var host = await StartedAsync(starting, atStart);

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

    // A start that meets the crash may fail as a whole: who runs the program starts it again.
    private static async Task<IAlbaHost> StartedAsync(Task<IAlbaHost> starting, string address)
    {
        try
        {
            return await starting.WaitAsync(MarketplaceFixture.Patience);
        }
        catch (Exception e) when (e is not TimeoutException)
        {
            return await MarketplaceFixture.StartAsync(address);
        }
    }
}
