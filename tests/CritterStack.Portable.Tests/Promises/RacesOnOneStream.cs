using System.Collections.Concurrent;
using CritterStack.Portable.Tests.Promises.Support;
using JasperFx;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

public sealed class RacesOnOneStream
{
    private const int Writers = 10;
    private const int CommandsEach = 12;

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Every_accepted_append_is_there_once_and_losers_are_told(int cacheLimit)
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: cacheLimit);

        var outcome = await RaceAsync(db, [host.Store], (store, command, amounts) =>
            Commands.Add(store, Account.Key(1), command, amounts));

        Assert.Equal(Writers * CommandsEach, outcome.Accepted.Count);
        await AssertFoldAsync(host.Store, outcome.Sum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Two_instances_whose_memories_go_stale_accept_each_command_once(int cacheLimit)
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(db.ConnectionString, "one", cacheLimit: cacheLimit);
        await using var two = await StoreHost.StartAsync(db.ConnectionString, "two", cacheLimit: cacheLimit);

        var outcome = await RaceAsync(db, [one.Store, two.Store], (store, command, amounts) =>
            Commands.Add(store, Account.Key(1), command, amounts));

        Assert.Equal(Writers * CommandsEach, outcome.Accepted.Count);
        await AssertFoldAsync(one.Store, outcome.Sum);
        await AssertFoldAsync(two.Store, outcome.Sum);
    }

    [Fact]
    public async Task Appends_that_expect_no_version_are_all_there_once_or_refused()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        await Commands.Add(host.Store, Account.Key(1), "first", [1]);

        var outcome = await RaceAsync(db, [host.Store], async (store, command, amounts) =>
        {
            await using var session = store.LightweightSession();
            session.Events.Append(Account.Key(1), Commands.Parts(command, amounts));
            Commands.Receipt(session, command, Account.Key(1), 0);
            await session.SaveChangesAsync();
        }, "first");

        await AssertFoldAsync(host.Store, outcome.Sum + 1);
    }

    [Fact]
    public async Task Of_many_who_start_a_stream_at_once_one_does()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        for (var round = 1; round <= 10; round++)
        {
            var key = Account.Key(round);
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var ready = 0;
            var writers = Enumerable.Range(0, 8).Select(async n =>
            {
                await using var session = host.Store.LightweightSession();
                if (n % 2 == 0)
                    session.Events.StartStream<Account>(key, new AccountOpened($"owner {n}", AccountKind.Savings, n));
                else
                    (await session.Events.FetchForWriting<Account>(key)).AppendOne(new AccountOpened($"owner {n}", AccountKind.Current, n));
                if (Interlocked.Increment(ref ready) == 8)
                    start.SetResult();
                await start.Task;
                return await Record.ExceptionAsync(() => session.SaveChangesAsync());
            });
            var results = await Task.WhenAll(writers);

            Assert.Single(results, r => r is null);
            Assert.All(results.OfType<Exception>(), e => Assert.True(Commands.LostRace(e), e.ToString()));
            Assert.Equal(1, await db.ScalarAsync<long>("select count(*) from marketplace.mt_events where stream_id = $1", key));
        }

        await Checks.StreamsAreContiguousAsync(db);
    }

    [Fact]
    public async Task A_stream_that_moved_on_refuses_the_older_session_and_takes_its_next_one()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        await Commands.Add(host.Store, Account.Key(1), "first", [1]);

        await using var older = host.Store.LightweightSession();
        var stream = await older.Events.FetchForWriting<Account>(Account.Key(1));
        await Commands.Add(host.Store, Account.Key(1), "second", [2]);
        stream.AppendMany(Commands.Parts("third", [4, 5]));
        Commands.Receipt(older, "third", Account.Key(1), 4);
        await Assert.ThrowsAnyAsync<ConcurrencyException>(() => older.SaveChangesAsync());

        await Commands.Add(host.Store, Account.Key(1), "fourth", [8]);
        await Checks.CommandsAsync(db, ["first", "second", "fourth"], ["third"]);
        await AssertFoldAsync(host.Store, 11);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Decisions_see_what_they_decide_on_so_no_account_is_ever_overdrawn(int cacheLimit)
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(db.ConnectionString, "one", cacheLimit: cacheLimit);
        await using var two = await StoreHost.StartAsync(db.ConnectionString, "two", cacheLimit: cacheLimit);
        await Commands.Add(one.Store, Account.Key(1), "deposit", [50]);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var sum = 0;
            for (var n = 0; n < 20; n++)
                sum += await WithdrawAsync(writer % 2 == 0 ? one.Store : two.Store, $"withdrawal {writer}.{n}");
            return sum;
        }));

        Assert.Equal(50, taken.Sum());
        var lowest = await db.ScalarAsync<decimal>(
            """
            select min(total) from (
                select sum((data->>'amount')::bigint) over (order by version) as total
                from marketplace.mt_events where type = 'amount_added') as t
            """);
        Assert.Equal(0, lowest);
    }

    private static async Task<int> WithdrawAsync(IDocumentStore store, string command)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            await using var session = store.LightweightSession();
            var stream = await session.Events.FetchForWriting<Account>(Account.Key(1));
            if (stream.Aggregate!.Total == 0)
                return 0;
            var amount = Math.Min(3, (int)stream.Aggregate.Total);
            stream.AppendMany(Commands.Parts(command, [-amount]));
            try
            {
                await session.SaveChangesAsync();
                return amount;
            }
            catch (ConcurrencyException)
            {
            }
        }

        throw new InvalidOperationException("A withdrawal lost 500 races.");
    }

    /// <summary>Each writer has its commands accepted one after the other, giving every attempt a name of its own.</summary>
    private static async Task<(ConcurrentBag<string> Accepted, long Sum)> RaceAsync(
        SuiteDatabase db, IDocumentStore[] stores, Func<IDocumentStore, string, int[], Task> add, params string[] before)
    {
        var accepted = new ConcurrentBag<string>();
        var refused = new ConcurrentBag<string>();
        var sums = await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var sum = 0L;
            for (var n = 0; n < CommandsEach; n++)
            {
                int[] amounts = [.. Enumerable.Range(writer + 1, 1 + (n % 3))];
                for (var attempt = 0; ; attempt++)
                {
                    Assert.True(attempt < 1000, "A writer lost 1,000 races.");
                    var command = $"{writer}.{n}.{attempt}";
                    try
                    {
                        await add(stores[(writer + n) % stores.Length], command, amounts);
                        accepted.Add(command);
                        sum += amounts.Sum();
                        break;
                    }
                    catch (Exception exception) when (Commands.LostRace(exception))
                    {
                        refused.Add(command);
                    }
                }
            }

            return sum;
        }));
        await Checks.CommandsAsync(db, [.. accepted, .. before], refused);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
        return (accepted, sums.Sum());
    }

    /// <summary>A remembered state may be old, but then a decision taken upon it, even one to record nothing, is refused.</summary>
    private static async Task AssertFoldAsync(IDocumentStore store, long sum)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var session = store.LightweightSession();
            var live = await session.Events.AggregateStreamAsync<Account>(Account.Key(1));
            var stream = await session.Events.FetchForWriting<Account>(Account.Key(1));
            try
            {
                await session.SaveChangesAsync();
            }
            catch (ConcurrencyException) when (attempt < 3)
            {
                continue;
            }

            Assert.Equal(sum, live!.Total);
            Assert.Equal(sum, stream.Aggregate!.Total);
            Assert.Equal(live.Count, stream.StartingVersion);
            Assert.Equal(live.Count, stream.CurrentVersion);
            return;
        }
    }
}
