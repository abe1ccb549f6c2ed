using CritterStack.Portable.Tests.Promises.Support;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>What a session reads after <c>BeginTransactionAsync</c> is part of what it saves.</summary>
public sealed class BegunTransactions
{
    private const string Lock = "select n from suite.counter where n = ? for no key update nowait";

    [Fact]
    public async Task Locks_of_a_query_are_held_until_the_session_is_saved()
    {
        await using var db = await WithCounterAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await using var session = host.Store.LightweightSession();
        await session.BeginTransactionAsync(CancellationToken.None);
        Assert.Equal([1L], await session.QueryAsync<long>(Lock, CancellationToken.None, 1L));
        Assert.False(await IsFreeAsync(host), "The lock was let go before the session was saved.");

        session.Events.Append("account/1", new AmountAdded("c", 1, 1, 1));
        session.QueueSqlCommand("update suite.counter set n = n + 1 where n = ?", 1L);
        await session.SaveChangesAsync();

        Assert.Equal(2L, await db.ScalarAsync<long>("select n from suite.counter"));
        Assert.Single(await session.Events.FetchStreamAsync("account/1"));
        Assert.True(await IsFreeAsync(host, 2));
    }

    [Fact]
    public async Task A_session_that_is_disposed_of_unsaved_lets_go()
    {
        await using var db = await WithCounterAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await using (var session = host.Store.LightweightSession())
        {
            await session.BeginTransactionAsync(CancellationToken.None);
            await session.QueryAsync<long>(Lock, CancellationToken.None, 1L);
            session.Events.Append("account/1", new AmountAdded("c", 1, 1, 1));
        }

        Assert.True(await IsFreeAsync(host));
        await using var reading = host.Store.QuerySession();
        Assert.Empty(await reading.Events.FetchStreamAsync("account/1"));
    }

    [Fact]
    public async Task A_save_that_fails_undoes_everything_and_lets_go()
    {
        await using var db = await WithCounterAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await using (var session = host.Store.LightweightSession())
        {
            await session.BeginTransactionAsync(CancellationToken.None);
            await session.QueryAsync<long>(Lock, CancellationToken.None, 1L);
            session.Events.Append("account/1", new AmountAdded("c", 1, 1, 1));
            session.QueueSqlCommand("update suite.counter set n = n / ?", 0L);
            await Assert.ThrowsAnyAsync<Exception>(() => session.SaveChangesAsync());
        }

        Assert.True(await IsFreeAsync(host));
        await using var reading = host.Store.QuerySession();
        Assert.Empty(await reading.Events.FetchStreamAsync("account/1"));
    }

    [Fact]
    public async Task Events_of_one_session_bring_their_own_metadata()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await using var session = host.Store.LightweightSession();
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        session.CausationId = "session";
        session.SetHeader("cause", "session");
        foreach (var name in new[] { "one", "two" })
        {
            var e = session.Events.BuildEvent(new AmountAdded("c", 1, 1, 1));
            (e.CausationId, e.Timestamp) = (name, at);
            e.SetHeader("line", name);
            session.Events.Append("account/1", e);
        }
        session.Events.Append("account/1", new AmountAdded("c", 1, 1, 2));
        await session.SaveChangesAsync();

        var stored = await session.Events.FetchStreamAsync("account/1");
        Assert.Equal(["one", "two", "session"], stored.Select(e => e.CausationId));
        Assert.Equal(["one", "two", null], stored.Select(e => e.Headers!.GetValueOrDefault("line")?.ToString()));
        Assert.All(stored, e => Assert.Equal("session", e.Headers!["cause"].ToString()));
        Assert.Equal([at, at], stored.Take(2).Select(e => e.Timestamp.ToUniversalTime()));
    }

    private static async Task<SuiteDatabase> WithCounterAsync()
    {
        var db = await SuiteDatabase.CreateAsync();
        await db.ExecuteAsync("create table suite.counter (n bigint); insert into suite.counter values (1)");
        return db;
    }

    private static async Task<bool> IsFreeAsync(StoreHost host, long n = 1)
    {
        await using var other = host.Store.LightweightSession();
        try
        {
            return (await other.QueryAsync<long>(Lock, CancellationToken.None, n)).Count == 1;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
