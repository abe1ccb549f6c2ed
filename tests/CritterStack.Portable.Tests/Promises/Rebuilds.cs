using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

public sealed class Rebuilds
{
    [Fact]
    public async Task Rebuilt_rows_equal_the_live_ones()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using (var host = await StoreHost.StartAsync(db.ConnectionString, "live", DaemonMode.Solo, more: StoreHost.AddAsync))
        {
            await WriteAsync(host.Store, "live", 60);
            await Checks.ProjectionsCatchUpAsync(db);
        }

        // Rows that no event accounts for: they must be gone, not corrected.
        await db.ExecuteAsync("update suite.tally set total = total + 1, count = 0");
        await db.ExecuteAsync("insert into suite.tally (stream, count, total, version) values ('account/none', 1, 1, 1)");
        await using (var host = await StoreHost.StartAsync(db.ConnectionString, "rebuilding", more: StoreHost.AddAsync))
        {
            using var daemon = await host.Store.BuildProjectionDaemonAsync();
            await daemon.RebuildProjectionAsync("Tally", CancellationToken.None);
            await daemon.RebuildProjectionAsync("Journal", CancellationToken.None);
            await Checks.SumsEqualTheFoldAsync(db, "suite.tally");
            await Checks.PositionsAreTheLogAsync(db, "suite.journal");
        }
    }

    [Fact]
    public async Task A_rebuild_under_live_writes_ends_in_rows_from_which_the_daemon_goes_on()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using (var host = await StoreHost.StartAsync(db.ConnectionString, "live", DaemonMode.Solo, more: StoreHost.AddAsync))
        {
            await WriteAsync(host.Store, "live", 60);
            await Checks.ProjectionsCatchUpAsync(db);
        }

        await using (var host = await StoreHost.StartAsync(db.ConnectionString, "rebuilding", more: StoreHost.AddAsync))
        {
            var done = false;
            var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
            {
                for (var n = 0; !done; n++)
                {
                    await Commands.AddWithRetries(host.Store, Account.Key(n % 7), $"meanwhile {writer}.{n}", [n % 10, 1]);
                    await Task.Delay(n % 4);
                }
            }));
            using var daemon = await host.Store.BuildProjectionDaemonAsync();
            for (var n = 0; n < 3; n++)
                await daemon.RebuildProjectionAsync("Tally", CancellationToken.None);
            done = true;
            await writing;
        }

        await using var after = await StoreHost.StartAsync(db.ConnectionString, "after", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Commands.Add(after.Store, Account.Key(1), "after", [1]);
        await Checks.ProjectionsCatchUpAsync(db);
    }

    [Fact]
    public async Task A_rebuild_that_is_cancelled_is_followed_by_complete_rows()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using (var host = await StoreHost.StartAsync(db.ConnectionString, "live", DaemonMode.Solo, more: StoreHost.AddAsync))
        {
            await WriteLongAsync(host.Store);
            await Checks.ProjectionsCatchUpAsync(db);
        }

        await CancelRebuildAsync(db);

        await using var after = await StoreHost.StartAsync(db.ConnectionString, "after", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Commands.Add(after.Store, Account.Key(1), "after", [1]);
        await Checks.ProjectionsCatchUpAsync(db);
    }

    [Fact]
    public async Task A_rebuild_whose_process_is_killed_is_followed_by_complete_rows()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using (var host = await StoreHost.StartAsync(db.ConnectionString, "live", DaemonMode.Solo, more: StoreHost.AddAsync))
        {
            await WriteLongAsync(host.Store);
            await Checks.ProjectionsCatchUpAsync(db);
        }

        await KillRebuildAsync(db);

        await using var after = await StoreHost.StartAsync(db.ConnectionString, "after", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Commands.Add(after.Store, Account.Key(1), "after", [1]);
        await Checks.ProjectionsCatchUpAsync(db);
    }

    [Fact]
    public async Task A_projection_rebuilt_by_another_name_than_those_known_is_refused()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", more: StoreHost.AddAsync);
        using var daemon = await host.Store.BuildProjectionDaemonAsync();
        Assert.NotNull(await Record.ExceptionAsync(() => daemon.RebuildProjectionAsync("Nothing", CancellationToken.None)));
    }

    /// <summary>Cancels a rebuild that stands before its last batch, having applied all before it.</summary>
    internal static async Task CancelRebuildAsync(SuiteDatabase db)
    {
        var standing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gated = new Gated(await db.LastPositionAsync(), () => standing.TrySetResult());
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "rebuilding", more: options =>
            options.Projections.Add(gated, ProjectionLifecycle.Async, "Tally", StoreHost.Tearing("suite.tally")));
        using var daemon = await host.Store.BuildProjectionDaemonAsync();
        using var cancellation = new CancellationTokenSource();
        var rebuilding = daemon.RebuildProjectionAsync("Tally", cancellation.Token);
        await standing.Task.WaitAsync(Eventually.Limit);
        await cancellation.CancelAsync();
        Assert.NotNull(await Record.ExceptionAsync(() => rebuilding.WaitAsync(Eventually.Limit)));
    }

    /// <summary>Kills a process whose rebuild stands before its last batch, having applied all before it.</summary>
    internal static async Task KillRebuildAsync(SuiteDatabase db)
    {
        await using var child = Child.Start(db, "rebuild", "rebuilding", $"{await db.LastPositionAsync()}");
        await child.SaidAsync("STANDING", 1);
        await child.KillAsync();
        await db.NoBackendsLeftAsync("rebuilding");
    }

    /// <summary>Many times the events that one batch of the daemon holds.</summary>
    internal static async Task WriteLongAsync(IDocumentStore store)
    {
        await WriteAsync(store, "live", 30);
        for (var n = 0; n < 3; n++)
            await Commands.AddWithRetries(store, Account.Key(n), $"long {n}", [.. Enumerable.Range(1, 300)]);
    }

    internal static async Task WriteAsync(IDocumentStore store, string name, int commands)
    {
        for (var n = 0; n < commands; n++)
            await Commands.AddWithRetries(store, Account.Key(n % 7), $"{name} {n}", [n % 10, 1, 2]);
    }
}
