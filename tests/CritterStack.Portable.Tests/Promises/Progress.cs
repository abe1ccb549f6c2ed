using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;
using Marten.Events;

namespace CritterStack.Portable.Tests.Promises;

public sealed class Progress
{
    [Fact]
    public async Task Waiting_for_projections_ends_when_they_have_everything_committed_before()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", DaemonMode.Solo, more: StoreHost.AddAsync);
        for (var round = 0; round < 5; round++)
        {
            for (var n = 0; n < 10; n++)
                await Commands.Add(host.Store, Account.Key(n), $"{round}.{n}", [1, 2]);
            await host.Host.WaitForNonStaleProjectionDataAsync(Eventually.Limit);
            await Checks.SumsEqualTheFoldAsync(db, "suite.tally");
            await Checks.PositionsAreTheLogAsync(db, "suite.journal");
            await Checks.PositionsAreTheLogAsync(db, "suite.collected");
        }
    }

    [Fact]
    public async Task Waiting_for_projections_that_do_not_run_ends_with_an_error()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", more: StoreHost.AddAsync);
        await Commands.Add(host.Store, Account.Key(1), "first", [1, 2]);
        await Assert.ThrowsAsync<TimeoutException>(() => host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public async Task Progress_names_every_projection_and_subscription_and_the_high_water_mark()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Commands.Add(host.Store, Account.Key(1), "first", [1, 2, 3]);
        await host.Host.WaitForNonStaleProjectionDataAsync(Eventually.Limit);

        var last = await db.LastPositionAsync();
        // The packages keep notes of their own among the rows, beside the mark.
        var progress = (await host.Store.Advanced.AllProjectionProgress(token: CancellationToken.None))
            .Where(p => p.ShardName == "HighWaterMark" || !p.ShardName.StartsWith("HighWater", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(
            ["HighWaterMark", "Journal:All", "Tally:All", "collector:All"],
            progress.Select(p => p.ShardName).Order(StringComparer.Ordinal));
        Assert.All(progress, p => Assert.Equal(last, p.Sequence));
        Assert.Equal(
            progress.Select(p => p.ShardName).Order(StringComparer.Ordinal),
            await db.ListAsync(
                """
                select name from marketplace.mt_event_progression where name = 'HighWaterMark' or name not like 'HighWater%'
                order by name collate "C"
                """,
                r => r.GetString(0)));
    }

    [Fact]
    public async Task A_daemon_that_starts_late_and_one_that_starts_again_apply_each_event_once()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var writer = await StoreHost.StartAsync(db.ConnectionString, "writer", cacheLimit: 100);
        await Rebuilds.WriteAsync(writer.Store, "before", 30);
        for (var life = 0; life < 4; life++)
        {
            var writing = Rebuilds.WriteAsync(writer.Store, $"life {life}", 30);
            await using (var host = await StoreHost.StartAsync(db.ConnectionString, "daemon", DaemonMode.Solo, more: StoreHost.AddAsync))
            {
                if (life % 2 == 0)
                    await writing;
            }

            await writing;
        }

        await using var last = await StoreHost.StartAsync(db.ConnectionString, "daemon", DaemonMode.HotCold, more: StoreHost.AddAsync);
        await Checks.ProjectionsCatchUpAsync(db);
    }
}
