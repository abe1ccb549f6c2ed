using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

public sealed class ReadingStreams
{
    [Fact]
    public async Task A_stream_is_read_as_of_a_version_or_a_time_and_from_a_version()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", cacheLimit: 100);
        await Commands.Add(host.Store, Account.Key(1), "first", [1, 2]);
        await Commands.Add(host.Store, Account.Key(2), "another stream", [50]);
        await Commands.Add(host.Store, Account.Key(1), "second", [3, 4]);
        await Commands.Add(host.Store, Account.Key(1), "third", [5]);

        await using var session = host.Store.QuerySession();
        var all = await session.Events.FetchStreamAsync(Account.Key(1));
        Assert.Equal([1, 2, 3, 4, 5], all.Select(e => e.Version));
        Assert.Equal([1, 2, 3, 4, 5], Amounts(all));
        Assert.Equal([1, 2, 3], Amounts(await session.Events.FetchStreamAsync(Account.Key(1), version: 3)));
        Assert.Equal([3, 4, 5], Amounts(await session.Events.FetchStreamAsync(Account.Key(1), fromVersion: 3)));
        Assert.Equal([2, 3], Amounts(await session.Events.FetchStreamAsync(Account.Key(1), version: 3, fromVersion: 2)));
        Assert.Empty(await session.Events.FetchStreamAsync(Account.Key(1), fromVersion: 6));
        Assert.Empty(await session.Events.FetchStreamAsync(Account.Key(9)));

        var second = all[3].Timestamp;
        Assert.True(all[1].Timestamp < all[2].Timestamp && second < all[4].Timestamp, "Three saves have three times.");
        Assert.Equal([1, 2, 3, 4], Amounts(await session.Events.FetchStreamAsync(Account.Key(1), timestamp: second)));
        Assert.Equal([1, 2], Amounts(await session.Events.FetchStreamAsync(Account.Key(1), timestamp: second.AddMicroseconds(-1))));
        Assert.Empty(await session.Events.FetchStreamAsync(Account.Key(1), timestamp: all[0].Timestamp.AddMicroseconds(-1)));
    }

    [Fact]
    public async Task An_aggregate_is_folded_as_of_a_version_or_a_time()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", cacheLimit: 100);
        await Commands.Add(host.Store, Account.Key(1), "first", [1, 2]);
        await Commands.Add(host.Store, Account.Key(1), "second", [3, 4]);
        await Commands.Add(host.Store, Account.Key(1), "third", [5]);

        await using var session = host.Store.LightweightSession();
        var second = (await session.Events.FetchStreamAsync(Account.Key(1)))[3].Timestamp;
        Assert.Equal(new Account(Account.Key(1), 5, 15), await session.Events.AggregateStreamAsync<Account>(Account.Key(1)));
        Assert.Equal(new Account(Account.Key(1), 3, 6), await session.Events.AggregateStreamAsync<Account>(Account.Key(1), version: 3));
        Assert.Equal(
            new Account(Account.Key(1), 4, 10), await session.Events.AggregateStreamAsync<Account>(Account.Key(1), timestamp: second));
        Assert.Equal(
            new Account(Account.Key(1), 2, 3),
            await session.Events.AggregateStreamAsync<Account>(Account.Key(1), timestamp: second.AddMicroseconds(-1)));
        Assert.Null(await session.Events.AggregateStreamAsync<Account>(Account.Key(9)));

        // To have looked at the past changes nothing about the present.
        Assert.Equal(15, (await session.Events.FetchForWriting<Account>(Account.Key(1))).Aggregate!.Total);
    }

    [Fact]
    public Task Live_aggregates_equal_a_fold_by_hand() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", cacheLimit: 2);
        var expected = new Dictionary<string, Account?>();
        for (var n = 0; n < 60; n++)
        {
            var key = Account.Key(random.Next(5));
            object[] events = random.Next(4) == 0
                ? [new AccountOpened($"owner {n}", AccountKind.Current, n), .. Commands.Parts($"c{n}", [random.Next(-5, 5)])]
                : Commands.Parts($"c{n}", [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(-9, 9))]);
            await using (var session = host.Store.LightweightSession())
            {
                var stream = await session.Events.FetchForWriting<Account>(key);
                Assert.Equal(expected.GetValueOrDefault(key), stream.Aggregate);
                stream.AppendMany(events);
                await session.SaveChangesAsync();
            }

            expected[key] = events.Aggregate(expected.GetValueOrDefault(key), (account, e) => Account.Fold(account, key, e));
            await using var reading = host.Store.QuerySession();
            Assert.Equal(expected[key], await reading.Events.AggregateStreamAsync<Account>(key));
        }
    });

    [Fact]
    public async Task A_stream_handle_says_the_versions_and_positions_its_events_got()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", cacheLimit: 100);
        await using (var session = host.Store.LightweightSession())
        {
            var fresh = await session.Events.FetchForWriting<Account>(Account.Key(1));
            Assert.Null(fresh.Aggregate);
            Assert.Equal(0, fresh.StartingVersion ?? 0);
            Assert.Equal(0, fresh.CurrentVersion ?? 0);
            fresh.AppendMany(Commands.Parts("first", [1, 2]));
            await session.SaveChangesAsync();
            Assert.Equal(2, fresh.CurrentVersion);
            Assert.Equal([1, 2], fresh.Events.Select(e => e.Version));
        }

        await using (var session = host.Store.LightweightSession())
        {
            var known = await session.Events.FetchForWriting<Account>(Account.Key(1));
            Assert.Equal(2, known.StartingVersion);
            known.AppendOne(new AmountAdded("second", 1, 1, 3));
            await session.SaveChangesAsync();
            Assert.Equal(3, known.CurrentVersion);
            var stored = await db.ScalarAsync<long>(
                "select seq_id from marketplace.mt_events where stream_id = 'account/1' and version = 3");
            Assert.Equal(stored, Assert.Single(known.Events).Sequence);
        }
    }

    [Fact]
    public async Task A_session_is_used_again_after_it_was_saved()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", cacheLimit: 100);
        await using var session = host.Store.LightweightSession();
        for (var n = 0; n < 3; n++)
        {
            session.Events.Append(Account.Key(n), Commands.Parts($"command {n}", [1, 2]));
            Commands.Receipt(session, $"command {n}", Account.Key(n), 2);
            await session.SaveChangesAsync();
        }

        await session.SaveChangesAsync();
        await Checks.CommandsAsync(db, Enumerable.Range(0, 3).Select(n => $"command {n}"), []);
        await Checks.StreamsAreContiguousAsync(db);
    }

    [Fact]
    public async Task What_is_decided_without_recording_anything_is_decided_on_what_was_committed_before()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(db.ConnectionString, "one", cacheLimit: 100);
        await using var two = await StoreHost.StartAsync(db.ConnectionString, "two", cacheLimit: 100);
        await Commands.Add(one.Store, Account.Key(1), "first", [1]);
        await Commands.Add(two.Store, Account.Key(1), "second", [2]);

        // The first instance remembers the account as it was: to answer "nothing to do" from that would be wrong.
        var attempts = 0;
        long? total = null;
        while (total is null && attempts++ < 5)
        {
            await using var session = one.Store.LightweightSession();
            var stream = await session.Events.FetchForWriting<Account>(Account.Key(1));
            try
            {
                await session.SaveChangesAsync();
                total = stream.Aggregate!.Total;
            }
            catch (JasperFx.ConcurrencyException)
            {
            }
        }

        Assert.Equal(3, total);
    }

    private static IEnumerable<int> Amounts(IReadOnlyList<IEvent> events) => events.Select(e => ((AmountAdded)e.Data).Amount);
}
