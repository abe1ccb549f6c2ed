using System.Collections.Concurrent;
using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>Random operations of many writers over a running daemon; at the end every table equals a fold of the log.</summary>
public sealed class RandomHistories
{
    private const int Streams = 9;

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(100)]
    public Task Whatever_was_done_the_projections_equal_a_fold_of_the_log(int cacheLimit) => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        var outcome = new Outcome();
        await using (var one = await StoreHost.StartAsync(db.ConnectionString, "one", DaemonMode.HotCold, cacheLimit, StoreHost.AddAsync))
        await using (var two = await StoreHost.StartAsync(db.ConnectionString, "two", DaemonMode.HotCold, cacheLimit, StoreHost.AddAsync))
        {
            await RunAsync(db, [one.Store, two.Store], "running", random, outcome, operations: 25);
            await Checks.CommandsAsync(db, outcome.Acknowledged, outcome.Refused, outcome.Unknown);
            await Checks.ProjectionsCatchUpAsync(db);
        }

        // Now without a daemon: rebuilds beside the writers.
        await using (var host = await StoreHost.StartAsync(db.ConnectionString, "rebuilding", null, cacheLimit, StoreHost.AddAsync))
        {
            var writing = RunAsync(db, [host.Store], "rebuilt", random, outcome, operations: 15);
            using var daemon = await host.Store.BuildProjectionDaemonAsync();
            foreach (var name in new[] { "Tally", "Journal", "Tally" })
                await daemon.RebuildProjectionAsync(name, CancellationToken.None);
            await writing;
        }

        await using var after = await StoreHost.StartAsync(db.ConnectionString, "after", DaemonMode.Solo, cacheLimit, StoreHost.AddAsync);
        await RunAsync(db, [after.Store], "after", random, outcome, operations: 8);
        await Checks.CommandsAsync(db, outcome.Acknowledged, outcome.Refused, outcome.Unknown);
        await Checks.DecisionsSeeTheTruthAsync(db, after.Store);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.ProjectionsCatchUpAsync(db);
        var rows = await db.ListAsync(
            "select stream, count, total from suite.balance", r => new Account(r.GetString(0), (int)r.GetInt64(1), r.GetInt64(2)));
        foreach (var row in rows)
        {
            await using var session = after.Store.QuerySession();
            Assert.Equal(row, await session.Events.AggregateStreamAsync<Account>(row.Id));
        }
    });

    private static Task RunAsync(SuiteDatabase db, IDocumentStore[] stores, string phase, Random random, Outcome outcome, int operations)
    {
        var seeds = Enumerable.Range(0, 8).Select(_ => random.Next()).ToArray();
        return Task.WhenAll(seeds.Select((seed, writer) => Task.Run(async () =>
        {
            var own = new Random(seed);
            for (var n = 0; n < operations; n++)
                await OperateAsync(db, stores[own.Next(stores.Length)], $"{phase}.{writer}.{n}", own, outcome);
        })));
    }

    private static async Task OperateAsync(SuiteDatabase db, IDocumentStore store, string command, Random random, Outcome outcome)
    {
        int[] amounts = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(-20, 20))];
        var key = Account.Key(random.Next(Streams));
        // Most commands wait for nobody; some are given up on at a random moment.
        using var cancellation = random.Next(8) == 0
            ? new CancellationTokenSource(TimeSpan.FromMicroseconds(random.Next(4000)))
            : new CancellationTokenSource();
        try
        {
            switch (random.Next(10))
            {
                case 0:
                    await HoldAsync(db, Account.Key(random.Next(100, 103)), command, random, outcome);
                    return;
                case 1:
                    await AppendAsync(store, key, command, amounts, cancellation.Token);
                    break;
                case 2 or 3:
                    var keys = Enumerable.Range(0, 3).Select(_ => random.Next(Streams)).Distinct().Order().Select(Account.Key);
                    await RacesOnManyStreams.AddToAllAsync(store, keys, command, amounts);
                    break;
                default:
                    await Commands.Add(store, key, command, amounts, cancellation.Token);
                    break;
            }

            outcome.Acknowledged.Add(command);
        }
        catch (Exception exception) when (Commands.LostRace(exception))
        {
            outcome.Refused.Add(command);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            outcome.Unknown.Add(command);
        }
    }

    private static async Task AppendAsync(IDocumentStore store, string key, string command, int[] amounts, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Events.Append(key, Commands.Parts(command, amounts));
        Commands.Receipt(session, command, key, 0);
        await session.SaveChangesAsync(ct);
    }

    /// <summary>A writer that dawdles between its steps, and may think better of it.</summary>
    private static async Task HoldAsync(SuiteDatabase db, string key, string command, Random random, Outcome outcome)
    {
        await using var writer = await RawWriter.BeginAsync(db, key);
        await Task.Delay(random.Next(10));
        await writer.DrawAsync();
        await Task.Delay(random.Next(40));
        if (random.Next(3) == 0)
        {
            outcome.Refused.Add(command);
            await writer.RollbackAsync();
            return;
        }

        await writer.InsertAsync(key, command, random.Next(9));
        await writer.CommitAsync();
        outcome.Acknowledged.Add(command);
    }

    private sealed class Outcome
    {
        public ConcurrentBag<string> Acknowledged { get; } = [];

        public ConcurrentBag<string> Refused { get; } = [];

        public ConcurrentBag<string> Unknown { get; } = [];
    }
}
