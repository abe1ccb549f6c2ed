using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>What was acknowledged outlives the program, however it ends.</summary>
public class KilledProgramTests
{
    private const string Product = "fire";

    [Fact]
    public Task Every_acknowledged_write_is_there_once_after_the_program_is_killed_at_any_moment() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var environment = ("ConnectionStrings__Marketplace", database.ConnectionString);
        var writers = new Writers(Product, 8, seed, meet: seed % 2 == 0);
        for (var life = 0; life < 2; life++)
        {
            await using var program = await RunningProgram.StartAsync(environment);
            await writers.BeginAsync(program.Client);
            using var stop = new CancellationTokenSource();
            var writing = writers.RunAsync(program.Client, stop.Token);
            var before = writers.All.Count;
            await Eventually.TrueAsync(() => writers.All.Count > before + 50 + random.Next(200), $"writes go on (seed {seed}): {program.Log}");
            await program.KillAsync();
            await stop.CancelAsync();
            await writing;
        }
        await writers.ShouldAllBeThereAsync(database.ConnectionString);

        // And the history, which follows behind, agrees with the offers in force once somebody starts the program again.
        await using var after = await RunningProgram.StartAsync(environment);
        var audit = new LogAudit(database.ConnectionString, seed);
        await audit.StreamsAsync();
        await audit.ReadModelsAsync(after.Client, Product);
    });

    [Fact]
    public Task The_end_of_the_program_finishes_what_is_in_flight_and_is_clean() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString));
        var writers = new Writers(Product, 8, seed);
        await writers.ListProductAsync(program.Client);
        using var stop = new CancellationTokenSource();
        var writing = writers.RunAsync(program.Client, stop.Token);
        await Eventually.TrueAsync(() => writers.All.Count > 100, "writes go on");

        var (exitCode, took) = await program.TerminateAsync();
        await stop.CancelAsync();
        await writing;

        Assert.True(exitCode == 0, program.Log);
        Assert.True(took < TimeSpan.FromSeconds(10), $"It took {took} to stop: {program.Log}");
        await writers.ShouldAllBeThereAsync(database.ConnectionString);
    });

    [Fact]
    public Task A_private_cluster_left_running_by_a_killed_program_is_taken_over_with_all_that_was_acknowledged() => Seeded.RunAsync(async _ =>
    {
        var folder = Path.Combine(Path.GetTempPath(), "marketplace-taken-over-" + Guid.NewGuid().ToString("N")[..8]);
        try
        {
            string position;
            await using (var killed = await RunningProgram.StartAsync(("MARKETPLACE_DATA", folder)))
            {
                using var answer = await killed.Client.PutAsJsonAsync("/v1/products/kept", new { title = "Kept" });
                position = answer.EnsureSuccessStatusCode().Headers.GetValues("Marketplace-Position").Single();
                await killed.KillAsync();
            }
            await using var heir = await RunningProgram.StartAsync(("MARKETPLACE_DATA", folder));
            var list = await heir.Client.GetFromJsonAsync<JsonNode>("/v1/products");
            Assert.Equal("kept", (string?)list!["items"]![0]!["productId"]);
            using var next = await heir.Client.PutAsJsonAsync("/v1/products/next", new { title = "Next" });
            Assert.True(long.Parse(next.Headers.GetValues("Marketplace-Position").Single()) > long.Parse(position));
            Assert.Equal(0, (await heir.TerminateAsync()).ExitCode);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    });
}
