using System.Diagnostics;
using Marketplace.HttpTests.Support;
using Npgsql;
using TestSupport;

namespace Marketplace.FaultTests.Feeds;

/// <summary>Every line of a feed is applied exactly once, however the server fails under it; the program finds it again without help.</summary>
public class LostDatabaseFeedTests
{
    private const string Product = "fire";

    // The session of a worker in the middle of a batch, or at least one that was at a feed just now.
    private const string AtWork = """
        select pid from pg_stat_activity where application_name = 'under-fire' and pid <> pg_backend_pid()
         order by (state <> 'idle' and query ~ 'feed|mt_events') desc, (query ~ 'feed|mt_events') desc, random() limit 1
        """;

    [Fact]
    public Task Terminated_sessions_cost_no_line() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.With(applicationName: "under-fire")));
        var seller = await BeginAsync(program, 2_500, seed);
        for (var blow = 0; blow < 8; blow++)
        {
            await Task.Delay(random.Next(60));
            await PostgresBackends.TerminateAsync(database.ConnectionString, "under-fire");
        }
        await seller.FinishAsync(program);
        await new FeedAudit(database.ConnectionString, program.Client, seed).ShouldBeExactAsync(seller);
    });

    [Fact]
    public Task A_killed_backend_of_a_worker_and_a_server_stopped_at_once_cost_no_line() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var cluster = await PrivateCluster.StartAsync();
        var address = await cluster.EnsureDatabaseAsync("marketplace");
        var underFire = new NpgsqlConnectionStringBuilder(address) { ApplicationName = "under-fire", MaxPoolSize = 16 }.ConnectionString;
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", underFire));
        var seller = await BeginAsync(program, 3_000, seed);
        var feed = seller.Feeds[0];
        // Right behind the answer: what was promised to be safe on disk is all there.
        await StopAsync();
        foreach (var blow in new Func<Task>[] { KillBackendAsync, StopAsync, KillPostmasterAsync, KillBackendAsync })
        {
            var applied = await seller.AppliedAsync(program.Client, feed) ?? 0;
            await seller.ReachAsync(program, feed, Math.Min(applied + 1 + random.Next(300), feed.Lines.Count));
            await blow();
        }
        await seller.FinishAsync(program);
        await new FeedAudit(address, program.Client, seed).ShouldBeExactAsync(seller);

        // One backend killed by signal 9 makes the server end all others and recover from its log by itself.
        async Task KillBackendAsync()
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(AtWork, connection);
            if (await command.ExecuteScalarAsync() is not int pid) return;
            using var backend = Process.GetProcessById(pid);
            backend.Kill();
        }

        async Task StopAsync()
        {
            await cluster.StopImmediatelyAsync();
            await Task.Delay(random.Next(300));
            await cluster.StartAgainAsync();
        }

        async Task KillPostmasterAsync()
        {
            await cluster.KillPostmasterAsync();
            await cluster.StartAgainAsync();
        }
    });

    private static async Task<SellerUnderFire> BeginAsync(RunningProgram program, int lines, int seed)
    {
        await new Writers(Product, 1, 0).ListProductAsync(program.Client);
        var seller = new SellerUnderFire("powells", Product, seed);
        await seller.UploadAsync(program.Client, seller.Next(lines));
        return seller;
    }
}
