using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>
/// What the portable stack promises of rebuilds beyond the packages, which empty the table first and fill it batch by
/// batch, and want no daemon of the same projection beside them.
/// </summary>
[Trait("Stack", "Portable")]
public sealed class PortableOnlyRebuilds
{
    [Theory]
    [InlineData("cancelled")]
    [InlineData("killed")]
    public async Task A_rebuild_that_is_interrupted_leaves_the_old_rows(string how)
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using (var host = await StoreHost.StartAsync(db.ConnectionString, "live", DaemonMode.Solo, more: StoreHost.AddAsync))
        {
            await Rebuilds.WriteLongAsync(host.Store);
            await Checks.ProjectionsCatchUpAsync(db);
        }

        var progress = await Checks.ProgressAsync(db, "Tally:All");
        await (how == "killed" ? Rebuilds.KillRebuildAsync(db) : Rebuilds.CancelRebuildAsync(db));
        await Checks.SumsEqualTheFoldAsync(db, "suite.tally");
        Assert.Equal(progress, await Checks.ProgressAsync(db, "Tally:All"));
    }

    [Fact]
    public async Task Readers_of_a_table_that_is_rebuilt_see_the_old_rows_or_the_new_ones()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "live", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Rebuilds.WriteAsync(host.Store, "live", 80);
        await Checks.ProjectionsCatchUpAsync(db);

        using var daemon = await host.Store.BuildProjectionDaemonAsync();
        var rebuilding = Task.Run(async () =>
        {
            for (var n = 0; n < 3; n++)
                await daemon.RebuildProjectionAsync("Tally", CancellationToken.None);
        });
        do
            await Checks.SumsEqualTheFoldAsync(db, "suite.tally");
        while (!rebuilding.IsCompleted);
        await rebuilding;
        await Checks.SumsEqualTheFoldAsync(db, "suite.tally");
    }

    [Fact]
    public async Task Projections_are_rebuilt_under_live_writes_beside_the_daemon_that_runs_them()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(
            db.ConnectionString, "one", DaemonMode.HotCold, cacheLimit: 100, more: StoreHost.AddAsync);
        await using var two = await StoreHost.StartAsync(
            db.ConnectionString, "two", DaemonMode.HotCold, cacheLimit: 100, more: StoreHost.AddAsync);
        await RebuildUnderWritesAsync(one.Store, two.Store, "Tally", "Journal", "Tally");
        await Checks.ProjectionsCatchUpAsync(db);
    }

    [Fact]
    public async Task An_inline_projection_is_rebuilt_under_live_writes_and_comes_out_identical()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StartWithRebuildableBalancesAsync(db, "one");
        await using var two = await StartWithRebuildableBalancesAsync(db, "two");
        await RebuildUnderWritesAsync(one.Store, two.Store, "Ledger", "Ledger");
        await Checks.SumsEqualTheFoldAsync(db, "suite.fragile");
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task Two_rebuilds_of_one_projection_at_once_end_in_complete_rows()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(db.ConnectionString, "one", DaemonMode.HotCold, more: StoreHost.AddAsync);
        await using var two = await StoreHost.StartAsync(db.ConnectionString, "two", DaemonMode.HotCold, more: StoreHost.AddAsync);
        await Rebuilds.WriteAsync(one.Store, "before", 60);
        var results = await Task.WhenAll(new[] { one, two, one, two }.Select(async host =>
        {
            using var daemon = await host.Store.BuildProjectionDaemonAsync();
            return await Record.ExceptionAsync(() => daemon.RebuildProjectionAsync("Tally", CancellationToken.None));
        }));
        // One at a time is enough, and to refuse the others is an answer; to spoil the rows is not.
        Assert.Contains(results, r => r is null);
        await Rebuilds.WriteAsync(one.Store, "after", 5);
        await Checks.ProjectionsCatchUpAsync(db);
    }

    private static Task<StoreHost> StartWithRebuildableBalancesAsync(SuiteDatabase db, string name) =>
        StoreHost.StartAsync(db.ConnectionString, name, cacheLimit: 100, more: options => options.Projections.Add(
            new Fragile(poison: -1),
            JasperFx.Events.Projections.ProjectionLifecycle.Inline,
            "Ledger",
            StoreHost.Tearing("suite.fragile")));

    private static async Task RebuildUnderWritesAsync(IDocumentStore writers, IDocumentStore rebuilder, params string[] names)
    {
        await Rebuilds.WriteAsync(writers, "before", 60);
        var done = false;
        var writing = Task.WhenAll(Enumerable.Range(0, 6).Select(async writer =>
        {
            var store = writer % 2 == 0 ? writers : rebuilder;
            for (var n = 0; !done; n++)
            {
                await Commands.AddWithRetries(store, Account.Key(n % 7), $"meanwhile {writer}.{n}", [n % 10, 1]);
                await Task.Delay(n % 4);
            }
        }));
        using var daemon = await rebuilder.BuildProjectionDaemonAsync();
        foreach (var name in names)
            await daemon.RebuildProjectionAsync(name, CancellationToken.None);
        done = true;
        await writing;
    }
}
