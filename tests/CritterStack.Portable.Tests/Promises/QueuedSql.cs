using CritterStack.Portable.Tests.Promises.Support;
using Marten;

namespace CritterStack.Portable.Tests.Promises;

public sealed class QueuedSql
{
    private static readonly DateTimeOffset Moment = new(2001, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);
    private static readonly Guid Id = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    [Fact]
    public async Task Arrays_of_every_type_arrive_in_order_with_their_nulls()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await ArriveAsync(db, host.Store, "text", new[] { "a", "", "ü'\"\\{},", "null" }, new string?[] { null, "b", null });
        await ArriveAsync(db, host.Store, "bigint", new[] { long.MinValue, 0, long.MaxValue }, new long?[] { null, 1 });
        await ArriveAsync(db, host.Store, "int", new[] { int.MinValue, 0, int.MaxValue }, new int?[] { 1, null });
        await ArriveAsync(db, host.Store, "numeric", new[] { 0.01m, -1000000000.99m, 20.00m }, new decimal?[] { null, 1.5m });
        await ArriveAsync(db, host.Store, "boolean", new[] { true, false }, new bool?[] { null, true });
        await ArriveAsync(db, host.Store, "uuid", new[] { Guid.Empty, Id }, new Guid?[] { Id, null });
        await ArriveAsync(db, host.Store, "double precision", new[] { 0.1, -1e300 }, new double?[] { null, 2.5 });
        await ArriveAsync(
            db, host.Store, "timestamptz", new[] { Moment, DateTimeOffset.UnixEpoch }, new DateTimeOffset?[] { null, Moment });
    }

    [Fact]
    public async Task Single_values_of_every_type_arrive_and_null_is_null()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await db.ExecuteAsync(
            "create table suite.one (a text, b bigint, c int, d numeric, e boolean, f uuid, g timestamptz, h double precision)");
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await using (var session = host.Store.LightweightSession())
        {
            // A null alone has no type: the packages send it as text.
            const string Sql =
                "insert into suite.one values (?, ?::bigint, ?::int, ?::numeric, ?::boolean, ?::uuid, ?::timestamptz, ?::double precision)";
            session.QueueSqlCommand(Sql, "it's", 5L, 6, 7.50m, true, Id, Moment, 0.5);
            session.QueueSqlCommand(Sql, null!, null!, null!, null!, null!, null!, null!, null!);
            await session.SaveChangesAsync();
        }

        Assert.Equal(
            ["(it's,5,6,7.50,t,0f8fad5b-d9cb-469f-a165-70867728950e,\"2001-02-03 04:05:06.789+00\",0.5)", "(,,,,,,,)"],
            await db.ListAsync("set timezone = 'UTC'; select one::text from suite.one", r => r.GetString(0)));
    }

    [Fact]
    public async Task Statements_run_in_the_order_they_were_queued()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await db.ExecuteAsync("create table suite.steps (n int)");
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await using (var session = host.Store.LightweightSession())
        {
            session.QueueSqlCommand("insert into suite.steps values (1)");
            for (var n = 0; n < 50; n++)
                session.QueueSqlCommand("update suite.steps set n = (n * ? + ?) % 10007", 3, n);
            await session.SaveChangesAsync();
        }

        var expected = Enumerable.Range(0, 50).Aggregate(1, (value, n) => ((value * 3) + n) % 10007);
        Assert.Equal(expected, await db.ScalarAsync<int>("select n from suite.steps"));
    }

    [Fact]
    public async Task Queries_answer_with_what_was_committed()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await Commands.Add(host.Store, Account.Key(1), "first", [1, 2]);
        await Commands.Add(host.Store, Account.Key(2), "second", [5]);

        await using var session = host.Store.QuerySession();
        var none = CancellationToken.None;
        Assert.Equal(
            ["account/2"], await session.QueryAsync<string>("select stream from suite.balance where total > ? order by stream", none, 3L));
        Assert.Equal([3, 5], await session.QueryAsync<long>("select total from suite.balance order by stream", none));
        Assert.Equal(
            [2L],
            await session.QueryAsync<long>(
                "select count(*) from suite.balance where stream = any(?)", none, (object)new[] { "account/1", "account/2" }));
        Assert.Empty(await session.QueryAsync<string>("select stream from suite.balance where stream = ?", none, "nowhere"));
    }

    private static async Task ArriveAsync<T, TNullable>(
        SuiteDatabase db, IDocumentStore store, string type, T[] values, TNullable[] nullables)
    {
        var table = $"suite.values_{type.Replace(' ', '_')}";
        await db.ExecuteAsync($"create table {table} (n bigint generated always as identity, value {type})");
        await using (var session = store.LightweightSession())
        {
            var sql = $"insert into {table} (value) select v from unnest(?::{type}[]) with ordinality as t (v, n) order by n";
            session.QueueSqlCommand(sql, (object)values);
            session.QueueSqlCommand(sql, (object)nullables);
            session.QueueSqlCommand(sql, (object)Array.Empty<T>());
            await session.SaveChangesAsync();
        }

        var expected = values.Select(v => (object?)v).Concat(nullables.Select(v => (object?)v));
        var actual = await db.ListAsync($"select value from {table} order by n", r => r.IsDBNull(0) ? null : r.GetValue(0));
        Assert.Equal(expected.Select(Plain), actual.Select(Plain));
    }

    private static object? Plain(object? value) => value is DateTimeOffset moment ? moment.UtcDateTime : value;
}
