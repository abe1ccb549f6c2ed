using System.Collections.Concurrent;
using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>The server ends connections under a process that lives on.</summary>
public sealed class TerminatedBackends
{
    private const int Streams = 5;

    [Fact]
    public Task Writers_whose_backends_are_terminated_lose_nothing_acknowledged() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(
            db.ConnectionString, "app", DaemonMode.Solo, cacheLimit: 100, more: StoreHost.AddAsync);
        var outcome = new Outcome();
        await RunAsync(host.Store, "app", random, outcome, async () =>
        {
            for (var n = 0; n < 40; n++)
            {
                await Task.Delay(random.Next(1, 60));
                await db.TerminateBackendsAsync("app", most: random.Next(1, 4));
            }
        });

        await AssertAsync(db, outcome, host.Store);
    });

    // With the packages a leader that has lost its lock unawares goes on beside its successor.
    [Fact]
    [Trait("Stack", "Portable")]
    public Task Two_instances_that_lose_their_backends_in_turn_skip_and_double_nothing() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(
            db.ConnectionString, "one", DaemonMode.HotCold, cacheLimit: 100, more: StoreHost.AddAsync);
        await using var two = await StoreHost.StartAsync(
            db.ConnectionString, "two", DaemonMode.HotCold, cacheLimit: 100, more: StoreHost.AddAsync);
        var outcome = new Outcome();
        var done = false;
        var writing = Task.WhenAll(
            RunAsync(one.Store, "one", new Random(random.Next()), outcome, () => WhileAsync(() => !done)),
            RunAsync(two.Store, "two", new Random(random.Next()), outcome, () => WhileAsync(() => !done)));
        for (var n = 0; n < 16; n++)
        {
            await Task.Delay(random.Next(20, 150));
            await db.TerminateBackendsAsync(n % 2 == 0 ? "one" : "two");
        }

        done = true;
        await writing;
        await AssertAsync(db, outcome, one.Store, two.Store);
    });

    // With the packages a leader that has lost its lock unawares goes on beside its successor.
    [Fact]
    [Trait("Stack", "Portable")]
    public Task A_leader_that_loses_only_its_lock_applies_nothing_twice() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(db.ConnectionString, "one", DaemonMode.HotCold, more: StoreHost.AddAsync);
        await using var two = await StoreHost.StartAsync(db.ConnectionString, "two", DaemonMode.HotCold, more: StoreHost.AddAsync);
        var outcome = new Outcome();
        await RunAsync(one.Store, "writer", random, outcome, async () =>
        {
            for (var n = 0; n < 15; n++)
            {
                await Task.Delay(random.Next(30, 120));
                // Only the connection that holds the advisory lock goes: a batch in flight has another one.
                await db.ExecuteAsync(
                    """
                    select pg_terminate_backend(a.pid) from pg_stat_activity as a
                    where a.datname = current_database() and exists (
                        select 1 from pg_locks as l where l.pid = a.pid and l.locktype = 'advisory' and l.granted)
                    """);
            }
        });

        await AssertAsync(db, outcome, two.Store, one.Store);
    });

    // The packages' two have, once in 24 runs, both applied their first page.
    [Fact]
    [Trait("Stack", "Portable")]
    public Task Two_daemons_that_both_believe_to_be_alone_apply_each_event_once() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        var outcome = new Outcome();
        await using (var one = await StoreHost.StartAsync(db.ConnectionString, "one", DaemonMode.Solo, more: StoreHost.AddAsync))
        await using (var two = await StoreHost.StartAsync(db.ConnectionString, "two", DaemonMode.Solo, more: StoreHost.AddAsync))
            await RunAsync(one.Store, "writer", random, outcome, () => Task.Delay(800));

        await using var after = await StoreHost.StartAsync(db.ConnectionString, "after", DaemonMode.Solo, more: StoreHost.AddAsync);
        await AssertAsync(db, outcome, after.Store);
    });

    private static async Task WhileAsync(Func<bool> condition)
    {
        while (condition())
            await Task.Delay(20);
    }

    /// <summary>Writers that go on through every error until what is done to them is over.</summary>
    private static async Task RunAsync(IDocumentStore store, string name, Random random, Outcome outcome, Func<Task> harm)
    {
        var harming = harm();
        var seeds = Enumerable.Range(0, 6).Select(_ => random.Next()).ToArray();
        var writers = seeds.Select((seed, writer) => Task.Run(async () =>
        {
            var own = new Random(seed);
            for (var n = 0; !harming.IsCompleted; n++)
            {
                var command = $"{name}.{writer}.{n}";
                await Task.Delay(own.Next(6));
                var keys = Enumerable.Range(0, own.Next(1, 3)).Select(_ => own.Next(Streams)).Distinct().Order().Select(Account.Key);
                try
                {
                    await RacesOnManyStreams.AddToAllAsync(store, keys, command, [.. Enumerable.Range(1, own.Next(1, 4))]);
                    outcome.Acknowledged.Add(command);
                }
                catch (Exception exception) when (Commands.LostRace(exception))
                {
                    outcome.Refused.Add(command);
                }
                catch (Exception exception) when (exception is not NullReferenceException)
                {
                    outcome.Unknown.Add(command);
                }
            }
        })).ToArray();
        await Task.WhenAll(writers.Append(harming));
    }

    private static async Task AssertAsync(SuiteDatabase db, Outcome outcome, params IDocumentStore[] stores)
    {
        // A pool may still hold a connection that has ended; a later attempt has a fresh one.
        foreach (var (store, n) in stores.Select((store, n) => (store, n)))
        {
            await Eventually.True("the store works again", async () => await Record.ExceptionAsync(() =>
                Commands.AddWithRetries(store, Account.Key(99), $"again {n} {Guid.NewGuid()}", [1])) is null);
        }

        var again = await db.ListAsync(
            "select data->>'command' from marketplace.mt_events where data->>'command' like 'again%'", r => r.GetString(0));
        Assert.NotEmpty(outcome.Acknowledged);
        await Checks.CommandsAsync(db, outcome.Acknowledged, outcome.Refused, [.. outcome.Unknown, .. again]);
        foreach (var store in stores)
            await Checks.DecisionsSeeTheTruthAsync(db, store);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.ProjectionsCatchUpAsync(db);
    }

    private sealed class Outcome
    {
        public ConcurrentBag<string> Acknowledged { get; } = [];

        public ConcurrentBag<string> Refused { get; } = [];

        public ConcurrentBag<string> Unknown { get; } = [];
    }
}
