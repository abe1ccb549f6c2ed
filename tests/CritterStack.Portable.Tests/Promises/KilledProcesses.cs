using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>Real processes, killed at random moments.</summary>
public sealed class KilledProcesses
{
    private const int Streams = 5;

    [Fact]
    public Task What_a_killed_process_acknowledged_is_stored_once_and_the_rest_whole_or_not_at_all() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        var acknowledged = new List<string>();
        var refused = new List<string>();
        var unknown = new List<string>();
        for (var life = 0; life < 4; life++)
        {
            var name = $"life {life}";
            await using var child = Child.Writer(db, name, random.Next(), writers: 8, Streams, daemon: "Solo");
            await child.SaidAsync("ACK", random.Next(1, 150));
            await Task.Delay(random.Next(20));
            await child.KillAsync();
            await db.NoBackendsLeftAsync(name);
            acknowledged.AddRange(child.Acknowledged);
            refused.AddRange(child.Refused);
            unknown.AddRange(child.Tried.Except(child.Acknowledged).Except(child.Refused));

            await Checks.CommandsAsync(db, acknowledged, refused, unknown);
            await Checks.StreamsAreContiguousAsync(db);
            await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
        }

        await using var host = await StoreHost.StartAsync(db.ConnectionString, "after", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Commands.Add(host.Store, Account.Key(0), "after", [1]);
        await Checks.ProjectionsCatchUpAsync(db);
    });

    [Fact]
    public Task When_one_of_two_instances_is_killed_the_other_takes_over_and_skips_and_doubles_nothing() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        var children = new List<Child>();
        try
        {
            children.Add(Child.Writer(db, "instance 0", random.Next(), writers: 3, Streams, daemon: "HotCold"));
            await children[0].SaidAsync("ACK", 1);
            for (var n = 1; n <= 2; n++)
            {
                // The older instance leads, or did until the one before was killed.
                children.Add(Child.Writer(db, $"instance {n}", random.Next(), writers: 3, Streams, daemon: "HotCold"));
                await children[n].SaidAsync("ACK", random.Next(5, 40));
                await children[n - 1].KillAsync();
                await db.NoBackendsLeftAsync($"instance {n - 1}");
                var last = await db.LastPositionAsync();
                await Checks.ReachedAsync(db, "Journal:All", last);
                await Checks.ReachedAsync(db, "Tally:All", last);
                await Checks.ReachedAsync(db, "collector:All", last);
            }

            await children[2].KillAsync();
            await db.NoBackendsLeftAsync("instance 2");
            await using var host = await StoreHost.StartAsync(db.ConnectionString, "after", DaemonMode.HotCold, more: StoreHost.AddAsync);
            await Commands.Add(host.Store, Account.Key(0), "after", [1]);
            await Checks.ProjectionsCatchUpAsync(db);
            var acknowledged = children.SelectMany(c => c.Acknowledged).Append("after");
            await Checks.CommandsAsync(
                db, acknowledged, children.SelectMany(c => c.Refused), children.SelectMany(c => c.Tried));
        }
        finally
        {
            foreach (var child in children)
                await child.DisposeAsync();
        }
    });

    // With the packages a leader that has lost its lock unawares goes on beside its successor.
    [Fact]
    [Trait("Stack", "Portable")]
    public Task A_leader_that_wakes_up_after_it_was_replaced_applies_nothing_twice() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var first = Child.Writer(db, "first", random.Next(), writers: 3, Streams, daemon: "HotCold");
        await first.SaidAsync("ACK", 10);
        await using var second = Child.Writer(db, "second", random.Next(), writers: 3, Streams, daemon: "HotCold");
        await second.SaidAsync("ACK", 10);
        foreach (var (frozen, name, other) in new[] { (first, "first", second), (second, "second", first), (first, "first", second) })
        {
            // The server drops the frozen instance, which does not know; the other one leads, and then the first wakes up.
            await frozen.FreezeAsync();
            await db.TerminateBackendsAsync(name);
            await db.NoBackendsLeftAsync(name);
            var last = await db.LastPositionAsync();
            await Checks.ReachedAsync(db, "Journal:All", last);
            await Checks.ReachedAsync(db, "Tally:All", last);
            await frozen.ThawAsync();
            await other.SaidAsync("ACK", other.Acknowledged.Count() + random.Next(1, 40));
        }

        await first.KillAsync();
        await second.KillAsync();
        await db.NoBackendsLeftAsync("first");
        await db.NoBackendsLeftAsync("second");
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "after", DaemonMode.HotCold, more: StoreHost.AddAsync);
        await Commands.Add(host.Store, Account.Key(0), "after", [1]);
        await Checks.ProjectionsCatchUpAsync(db);
        await Checks.CommandsAsync(
            db,
            [.. first.Acknowledged, .. second.Acknowledged, "after"],
            [.. first.Refused, .. second.Refused],
            [.. first.Tried, .. second.Tried]);
    });
}
