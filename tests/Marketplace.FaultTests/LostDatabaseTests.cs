using System.Net;
using System.Net.Http.Json;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>A database that goes away is told as 503 and found again without help; nothing acknowledged is lost on the way.</summary>
public class LostDatabaseTests
{
    [Fact]
    public Task Terminated_connections_cost_answers_but_no_acknowledged_write() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.With(applicationName: "under-fire")));
        var writers = new Writers("fire", 8, seed);
        await writers.BeginAsync(program.Client);
        using var stop = new CancellationTokenSource();
        var writing = writers.RunAsync(program.Client, stop.Token);
        for (var blow = 0; blow < 5; blow++)
        {
            var before = writers.All.Count;
            await Eventually.TrueAsync(() => writers.All.Count > before + 30, $"writes go on (seed {seed}): {program.Log}");
            await PostgresBackends.TerminateAsync(database.ConnectionString, "under-fire");
        }
        var last = writers.All.Count;
        await Eventually.TrueAsync(() => writers.All.Count > last + 30, $"writes go on (seed {seed}): {program.Log}");
        await stop.CancelAsync();
        await writing;

        Assert.True(writers.Statuses.Keys.All(status => status is 0 or 200 or 201 or 503), $"Only 503 is told (seed {seed}): {program.Log}");
        await writers.ShouldAllBeThereAsync(database.ConnectionString);
        await new LogAudit(database.ConnectionString, seed).ReadModelsAsync(program.Client, "fire");
    });

    [Fact]
    public Task A_killed_postmaster_gives_503_and_its_return_is_noticed() => Seeded.RunAsync(async seed =>
    {
        await using var cluster = await PrivateCluster.StartAsync();
        var address = await cluster.EnsureDatabaseAsync("marketplace");
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", address));
        var writers = new Writers("fire", 4, seed);
        await writers.BeginAsync(program.Client);
        using var stop = new CancellationTokenSource();
        var writing = writers.RunAsync(program.Client, stop.Token);
        foreach (var blow in new Func<Task>[] { cluster.KillPostmasterAsync, cluster.StopImmediatelyAsync })
        {
            var before = writers.All.Count;
            await Eventually.TrueAsync(() => writers.All.Count > before + 30, $"writes go on (seed {seed}): {program.Log}");
            await blow();
            using var answer = await program.Client.PutAsJsonAsync("/v1/products/lost", new { title = "Lost" });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            Assert.NotNull(answer.Headers.RetryAfter);
            await cluster.StartAgainAsync();
        }
        var last = writers.All.Count;
        await Eventually.TrueAsync(() => writers.All.Count > last + 30, $"writes go on (seed {seed}): {program.Log}");
        await stop.CancelAsync();
        await writing;
        await writers.ShouldAllBeThereAsync(address);
        var audit = new LogAudit(address, seed);
        await audit.StreamsAsync();
        await audit.ReadModelsAsync(program.Client, "fire");
    });
}
