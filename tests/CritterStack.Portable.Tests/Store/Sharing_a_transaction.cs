using System.Globalization;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;
using Npgsql;

namespace CritterStack.Portable.Tests.Store;

public sealed class Sharing_a_transaction
{
    private const int Sessions = 40;

    [Fact]
    public async Task Sessions_that_save_behind_a_held_up_one_are_committed_together_and_before_it()
    {
        await using var store = await StartAsync();
        await using var held = await HoldAsync(store, "thing/held");
        var behind = SaveAsync(store, "thing/held", new ThingPriced(1m));

        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => SaveAsync(store, Key(i), Made(i))));

        Assert.False(behind.IsCompleted);
        var transactions = await store.Database.ScalarAsync<long>(
            "select count(distinct xmin::text) from shop.mt_events where stream_id <> 'thing/held'");
        Assert.InRange(transactions, 1, Sessions - 1);
        await AssertRowsAsync(store, Sessions);
        await held.RollbackAsync();
        await behind;
    }

    [Fact]
    public async Task A_stale_session_fails_no_other()
    {
        await using var store = await StartAsync();
        await SaveAsync(store, "thing/stale", Made(0));
        await using var stale = store.Documents.LightweightSession();
        (await stale.Events.FetchForWriting<Thing>("thing/stale")).AppendOne(new ThingPriced(2m));
        await SaveAsync(store, "thing/stale", new ThingPriced(3m));
        await using var held = await HoldAsync(store, "thing/held");
        var behind = SaveAsync(store, "thing/held", new ThingPriced(1m));

        var refused = Record.ExceptionAsync(() => stale.SaveChangesAsync());
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => SaveAsync(store, Key(i), Made(i))));

        Assert.IsAssignableFrom<ConcurrencyException>(await refused);
        await AssertRowsAsync(store, Sessions);
        await held.RollbackAsync();
        await behind;
        Assert.Equal(2L, await store.Database.ScalarAsync<long>("select version from shop.mt_streams where id = 'thing/stale'"));
    }

    [Theory]
    [InlineData("throw")]
    [InlineData("divide")]
    public async Task A_projection_that_fails_on_one_sessions_events_fails_no_other(string how)
    {
        await using var store = await StartAsync(o => o.Projections.Add(new Failing(how), ProjectionLifecycle.Inline));
        await using var held = await HoldAsync(store, "thing/held");
        var behind = SaveAsync(store, "thing/held", new ThingPriced(1m));

        var bad = Record.ExceptionAsync(() => SaveAsync(store, "thing/bad", new ThingMade("bad", 1m, Shade.Dark)));
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => SaveAsync(store, Key(i), Made(i))));

        Assert.NotNull(await bad);
        await AssertRowsAsync(store, Sessions);
        Assert.Equal(0L, await store.Database.ScalarAsync<long>("select count(*) from shop.mt_streams where id = 'thing/bad'"));
        await held.RollbackAsync();
        await behind;
    }

    [Fact]
    public async Task Writers_of_one_stream_see_each_other_through_the_memory_and_lose_no_event()
    {
        await using var store = await StartAsync();
        await SaveAsync(store, "thing/1", Made(0));

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            for (var n = 0; n < 10; n++)
            {
                await SaveAsync(store, "thing/1", new ThingPriced(writer + 1));
            }
        }));

        Assert.Equal(161L, await store.Database.ScalarAsync<long>("select version from shop.mt_streams where id = 'thing/1'"));
        Assert.Equal(161L, await store.Database.ScalarAsync<long>("select count(*) from shop.mt_events where stream_id = 'thing/1'"));
        Assert.Equal(161L, await store.Database.ScalarAsync<long>("select version from thing_row where key = 'thing/1'"));
    }

    [Fact]
    public async Task Numbers_rise_with_versions_and_none_is_burnt()
    {
        await using var store = await StartAsync();
        object[] priced = [new ThingPriced(1m), new ThingPriced(2m)];
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => SaveAsync(store, Key(i), [Made(i), .. priced])));

        Assert.Equal(3L * Sessions, await store.Database.ScalarAsync<long>("select max(seq_id) from shop.mt_events"));
        Assert.Equal(0L, await store.Database.ScalarAsync<long>("""
            select count(*) from shop.mt_events a join shop.mt_events b on a.stream_id = b.stream_id
            where a.version < b.version and a.seq_id > b.seq_id
            """));
        Assert.Equal((long)Sessions, await store.Database.ScalarAsync<long>(
            "select count(*) from shop.mt_events where version = 1 and data ->> 'name' = stream_id"));
    }

    private static async Task<ShopStore> StartAsync(Action<StoreOptions>? configure = null)
    {
        var store = await ShopStore.StartAsync(o =>
        {
            o.Events.CacheAggregatesForWriting<Thing>(sizeLimit: 1000);
            o.Projections.Add(new ThingRows(), ProjectionLifecycle.Inline);
            configure?.Invoke(o);
        });
        await store.Database.ExecuteAsync("create table thing_row (key text primary key, version bigint, stored timestamptz)");
        return store;
    }

    private static string Key(int i) => "thing/" + i.ToString(CultureInfo.InvariantCulture);

    private static ThingMade Made(int i) => new(Key(i), 1m, Shade.Light);

    /// <summary>Saves, deciding again after each lost race.</summary>
    private static async Task SaveAsync(ShopStore store, string key, params object[] events)
    {
        while (true)
        {
            await using var session = store.Documents.LightweightSession();
            (await session.Events.FetchForWriting<Thing>(key)).AppendMany(events);
            try
            {
                await session.SaveChangesAsync();
                return;
            }
            catch (ConcurrencyException)
            {
            }
        }
    }

    /// <summary>A stream that a writer elsewhere keeps locked until it is disposed.</summary>
    private static async Task<NpgsqlTransaction> HoldAsync(ShopStore store, string key)
    {
        await SaveAsync(store, key, new ThingMade(key, 1m, Shade.Light));
        var connection = await store.Database.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("select 1 from shop.mt_streams where id = $1 for update", connection, transaction);
        hold.Parameters.AddWithValue(key);
        await hold.ExecuteNonQueryAsync();
        return transaction;
    }

    private static async Task AssertRowsAsync(ShopStore store, int count) =>
        Assert.Equal(count, await store.Database.ScalarAsync<long>("select count(*) from thing_row where key ~ '^thing/[0-9]+$'"));

    private sealed class Failing(string how) : IProjection
    {
        public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
        {
            if (events.Any(e => e.Data is ThingMade { Name: "bad" }))
            {
                if (how == "throw")
                {
                    throw new InvalidOperationException("This thing is bad.");
                }

                operations.QueueSqlCommand("select 1 / 0");
            }

            return Task.CompletedTask;
        }
    }
}
