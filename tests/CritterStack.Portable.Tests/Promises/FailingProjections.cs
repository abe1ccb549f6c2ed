using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

namespace CritterStack.Portable.Tests.Promises;

public sealed class FailingProjections
{
    private const int Poison = 13;
    private const int None = -1;

    [Fact]
    public async Task A_projection_that_throws_stops_there_and_goes_on_once_repaired()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        long poisoned;
        await using (var host = await StartAsync(db, "failing", new Fragile(Poison)))
        {
            await Commands.Add(host.Store, Account.Key(1), "sound", [1, 2, 3]);
            await Checks.ReachedAsync(db, "Fragile:All", await db.LastPositionAsync());
            await Commands.Add(host.Store, Account.Key(2), "poisoned", [Poison]);
            poisoned = await db.LastPositionAsync();
            await Commands.Add(host.Store, Account.Key(1), "behind", [4, 5]);

            // The others go on past the event at which one of them stopped.
            await Checks.ReachedAsync(db, "Journal:All", await db.LastPositionAsync());
            await Eventually.True("the failure is logged as an error that names the projection", () =>
                Task.FromResult(host.Log.Errors.Any(e =>
                    e.Contains("Fragile", StringComparison.Ordinal) && e.Contains("13", StringComparison.Ordinal))));
            await Commands.Add(host.Store, Account.Key(3), "much later", [6]);
            await Checks.ReachedAsync(db, "Journal:All", await db.LastPositionAsync());

            Assert.True(await Checks.ProgressAsync(db, "Fragile:All") < poisoned);
            Assert.Equal(["account/1 6"], await FragileRowsAsync(db));
            await Checks.PositionsAreTheLogAsync(db, "suite.journal");
        }

        await using var repaired = await StartAsync(db, "repaired", new Fragile(None));
        await Checks.ReachedAsync(db, "Fragile:All", await db.LastPositionAsync());
        await Checks.SumsEqualTheFoldAsync(db, "suite.fragile");
        await Checks.PositionsAreTheLogAsync(db, "suite.journal");
    }

    [Fact]
    public async Task A_projection_whose_sql_fails_stops_there_and_goes_on_once_repaired()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await db.ExecuteAsync("alter table suite.fragile add constraint small check (total < 100)");
        await using (var host = await StartAsync(db, "failing", new Fragile(None)))
        {
            await Commands.Add(host.Store, Account.Key(1), "sound", [1, 2, 3]);
            await Checks.ReachedAsync(db, "Fragile:All", await db.LastPositionAsync());
            await Commands.Add(host.Store, Account.Key(1), "too much", [100]);
            var poisoned = await db.LastPositionAsync();
            await Commands.Add(host.Store, Account.Key(2), "behind", [4, 5]);

            await Checks.ReachedAsync(db, "Journal:All", await db.LastPositionAsync());
            await Eventually.True("the failure is logged as an error that names the constraint", () =>
                Task.FromResult(host.Log.Errors.Any(e => e.Contains("small", StringComparison.Ordinal))));
            Assert.True(await Checks.ProgressAsync(db, "Fragile:All") < poisoned);
            Assert.Equal(["account/1 6"], await FragileRowsAsync(db));
        }

        await db.ExecuteAsync("alter table suite.fragile drop constraint small");
        await using var repaired = await StartAsync(db, "repaired", new Fragile(None));
        await Checks.ReachedAsync(db, "Fragile:All", await db.LastPositionAsync());
        await Checks.SumsEqualTheFoldAsync(db, "suite.fragile");
    }

    [Fact]
    public async Task An_inline_projection_that_throws_refuses_the_command_and_nothing_else()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", cacheLimit: 100, more: options =>
            options.Projections.Add(new Fragile(Poison), ProjectionLifecycle.Inline));
        await Commands.Add(host.Store, Account.Key(1), "before", [1]);
        Assert.NotNull(await Record.ExceptionAsync(() => Commands.Add(host.Store, Account.Key(1), "poisoned", [2, Poison])));
        await Commands.Add(host.Store, Account.Key(1), "after", [4]);

        await Checks.CommandsAsync(db, ["before", "after"], ["poisoned"]);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
        await Checks.SumsEqualTheFoldAsync(db, "suite.fragile");
    }

    [Fact]
    public async Task A_passing_failure_is_overcome_without_skipping_or_doubling()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StartAsync(db, "app", new Fragile(None));
        await Commands.Add(host.Store, Account.Key(1), "before", [1]);
        await Checks.ReachedAsync(db, "Fragile:All", await db.LastPositionAsync());

        // The projection's connection ends under it, again and again, between the statements of its transactions.
        for (var n = 0; n < 10; n++)
        {
            await Eventually.True("a command is taken", async () => await Record.ExceptionAsync(() =>
                Commands.AddWithRetries(host.Store, Account.Key(n), $"during {n} {Guid.NewGuid()}", [1, 2])) is null);
            await db.TerminateBackendsAsync("app");
        }

        await Checks.ReachedAsync(db, "Fragile:All", await db.LastPositionAsync());
        await Checks.ReachedAsync(db, "Journal:All", await db.LastPositionAsync());
        await Checks.SumsEqualTheFoldAsync(db, "suite.fragile");
        await Checks.PositionsAreTheLogAsync(db, "suite.journal");
    }

    private static Task<StoreHost> StartAsync(SuiteDatabase db, string name, IProjection fragile) =>
        StoreHost.StartAsync(db.ConnectionString, name, DaemonMode.Solo, more: options =>
        {
            options.Projections.Add(fragile, ProjectionLifecycle.Async, "Fragile", StoreHost.Tearing("suite.fragile"));
            options.Projections.Add(new Journal(), ProjectionLifecycle.Async, "Journal", StoreHost.Tearing("suite.journal"));
        });

    private static Task<List<string>> FragileRowsAsync(SuiteDatabase db) =>
        db.ListAsync("select stream, total from suite.fragile order by stream", r => $"{r[0]} {r[1]}");
}
