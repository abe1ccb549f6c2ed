using System.Collections.Concurrent;
using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;
using TestSupport;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>The server itself dies and comes back, while the instance lives on.</summary>
public sealed class CrashedServers
{
    // The packages' daemon, met by the crash while it starts, stands still in one of twelve runs until it is started again.
    [Fact]
    [Trait("Stack", "Portable")]
    public Task What_was_acknowledged_outlives_a_killed_server_and_the_instance_recovers_by_itself() => Seeded.Run(async random =>
    {
        await using var cluster = await PrivateCluster.StartAsync();
        await using var db = await SuiteDatabase.OpenAsync(await cluster.EnsureDatabaseAsync("suite"));
        await using var host = await StoreHost.StartAsync(
            db.ConnectionString, "app", DaemonMode.HotCold, cacheLimit: 100, more: StoreHost.AddAsync);
        var acknowledged = new ConcurrentBag<string>();
        var refused = new ConcurrentBag<string>();
        var unknown = new ConcurrentBag<string>();
        var done = false;
        var writing = Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; !done; n++)
            {
                var command = $"{writer}.{n}";
                try
                {
                    await Commands.Add(host.Store, Account.Key((writer + n) % 5), command, [1, 2]);
                    acknowledged.Add(command);
                    await Task.Delay(3);
                }
                catch (Exception exception) when (Commands.LostRace(exception))
                {
                    refused.Add(command);
                }
                catch (Exception)
                {
                    unknown.Add(command);
                    await Task.Delay(10);
                }
            }
        })));
        foreach (var immediately in new[] { false, true })
        {
            var before = acknowledged.Count;
            await Eventually.True("commands are taken", () => Task.FromResult(acknowledged.Count > before + 20));
            await Task.Delay(random.Next(300));
            await (immediately ? cluster.StopImmediatelyAsync() : cluster.KillPostmasterAsync());
            await cluster.StartAgainAsync();
            db.DataSource.Clear();
        }

        var last = acknowledged.Count;
        await Eventually.True("commands are taken again", () => Task.FromResult(acknowledged.Count > last + 20));
        done = true;
        await writing;
        await Checks.CommandsAsync(db, acknowledged, refused, unknown);
        await Checks.DecisionsSeeTheTruthAsync(db, host.Store);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.ProjectionsCatchUpAsync(db);
    });
}
