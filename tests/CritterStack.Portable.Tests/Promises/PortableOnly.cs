using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>
/// What the portable stack promises beyond the packages. Run the suite against the packages with
/// <c>--filter "Stack!=Portable"</c>.
/// </summary>
[Trait("Stack", "Portable")]
public sealed class PortableOnly
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Losers_of_a_race_burn_no_numbers(int cacheLimit)
    {
        // The packages draw before they look, and fill what losers drew with rows of a stream of their own.
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(db.ConnectionString, "one", cacheLimit: cacheLimit);
        await using var two = await StoreHost.StartAsync(db.ConnectionString, "two", cacheLimit: cacheLimit);
        var lost = 0;
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async writer =>
        {
            for (var n = 0; n < 20; n++)
            {
                try
                {
                    await RacesOnManyStreams.AddToAllAsync(
                        n % 2 == 0 ? one.Store : two.Store, [Account.Key(0), Account.Key(1 + (n % 2))], $"{writer}.{n}", [1, 2]);
                }
                catch (Exception exception) when (Commands.LostRace(exception))
                {
                    Interlocked.Increment(ref lost);
                }
            }
        }));

        Assert.NotEqual(0, lost);
        Assert.Equal(
            await db.ScalarAsync<long>("select count(*) from marketplace.mt_events"),
            await db.ScalarAsync<long>("select last_value from marketplace.mt_events_sequence"));
        Assert.Equal(
            await db.ScalarAsync<long>("select count(*) from marketplace.mt_events"), await db.LastPositionAsync());
    }

    [Fact]
    public async Task Sessions_that_take_streams_in_opposite_orders_never_wait_for_each_other_for_ever()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(db.ConnectionString, "one", cacheLimit: 100);
        await using var two = await StoreHost.StartAsync(db.ConnectionString, "two", cacheLimit: 100);
        var accepted = 0;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async writer =>
        {
            for (var n = 0; n < 20; n++)
            {
                int[] order = writer % 2 == 0 ? [0, 1, 2, 3] : [3, 2, 1, 0];
                try
                {
                    await AddMixedAsync(writer % 4 < 2 ? one.Store : two.Store, order, $"{writer}.{n}");
                    Interlocked.Increment(ref accepted);
                }
                catch (Exception exception) when (Commands.LostRace(exception))
                {
                }
            }
        })).WaitAsync(Eventually.Limit);

        Assert.Equal(accepted, await db.ScalarAsync<long>("select count(distinct command) from suite.receipt"));
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task A_question_mark_within_quotes_is_no_placeholder()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await db.ExecuteAsync("create table suite.said (\"what?\" text)");
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await using (var session = host.Store.LightweightSession())
        {
            session.QueueSqlCommand("insert into suite.said (\"what?\") values ('why? it''s ?' || ?)", " 42?");
            await session.SaveChangesAsync();
        }

        Assert.Equal("why? it's ? 42?", await db.ScalarAsync<string>("select \"what?\" from suite.said"));
    }

    [Fact]
    public async Task A_server_that_may_forget_commits_is_refused_at_the_start()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await db.ExecuteAsync(
            "do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$");
        var error = await Record.ExceptionAsync(async () =>
        {
            await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", DaemonMode.Solo, more: StoreHost.AddAsync);
        });
        Assert.Contains("synchronous_commit", Assert.IsAssignableFrom<Exception>(error).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_stops_at_an_event_of_an_unknown_type_rather_than_skip_it()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Commands.Add(host.Store, Account.Key(1), "before", [1]);
        await Checks.ReachedAsync(db, "Journal:All", await db.LastPositionAsync());
        await db.ExecuteAsync(
            """
            with stream as (
                insert into marketplace.mt_streams (id, type, version) values ('account/2', 'account', 1) returning id)
            insert into marketplace.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type)
            select nextval('marketplace.mt_events_sequence'), gen_random_uuid(), id, 1, '{}', 'mystery_happened', now(), '*DEFAULT*',
                'Nowhere.Mystery, Nowhere' from stream
            """);
        var unknown = await db.LastPositionAsync();
        await Commands.Add(host.Store, Account.Key(1), "after", [2]);
        await Eventually.True("the failure is logged as an error that names the type", () =>
            Task.FromResult(host.Log.Errors.Any(e => e.Contains("mystery_happened", StringComparison.Ordinal))));
        Assert.True(await Checks.ProgressAsync(db, "Journal:All") < unknown);
        Assert.DoesNotContain(await Checks.AppliedAsync(db, "suite.journal"), p => p >= unknown);
    }

    /// <summary>Some of the streams are fetched before, some are appended to unseen.</summary>
    private static async Task AddMixedAsync(IDocumentStore store, int[] accounts, string command)
    {
        await using var session = store.LightweightSession();
        foreach (var (account, place) in accounts.Select((account, place) => (Account.Key(account), place)))
        {
            if (place % 2 == 0)
                (await session.Events.FetchForWriting<Account>(account)).AppendMany(Commands.Parts(command, [1]));
            else
                session.Events.Append(account, Commands.Parts(command, [1]));
            Commands.Receipt(session, command, account, 0);
        }

        await session.SaveChangesAsync();
    }
}
