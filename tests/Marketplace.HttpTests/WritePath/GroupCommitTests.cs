using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.HttpTests.Support;
using Marketplace.Idempotency;
using Marketplace.Storage;
using Marketplace.WritePath;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.HttpTests.WritePath;

/// <summary>Units that share a transaction: the failure of one is its own.</summary>
public sealed class GroupCommitTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    private GroupCommit Commit => app.Host.Services.GetRequiredService<GroupCommit>();

    [Fact]
    public async Task Units_that_meet_are_stored_in_one_transaction_with_what_belongs_to_them()
    {
        var units = Enumerable.Range(0, 10).Select(_ => Unit(NewKey())).ToArray();

        Assert.Empty(await SaveAsync(units));

        foreach (var unit in units) await unit.Committed;
        Assert.Equal(1L, await ScalarAsync("select count(distinct xmin::text) from mt_events where stream_id = any ($1)", KeysOf(units)));
        Assert.Equal(10L, await ScalarAsync("select count(*) from product where 'product/' || product_id = any ($1)", KeysOf(units)));
        Assert.Equal(await PositionsAsync(units), units.Select(unit => unit.Appends[0].Events[0].Sequence));
    }

    private static readonly string[] Faults = ["moved on", "begun", "unchanged moved on", "key taken", "constraint", "no such table"];

    public static TheoryData<string> AllFaults => [.. Faults];

    [Theory]
    [MemberData(nameof(AllFaults))]
    public async Task A_unit_that_fails_fails_alone_and_says_why(string fault)
    {
        var (units, bad) = (Enumerable.Range(0, 20).Select(_ => Unit(NewKey())).ToList(), await BadAsync(fault));
        units.Insert(7, bad);

        Assert.Empty(await SaveAsync(units));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => bad.Committed);
        Assert.Equal(fault is "moved on" or "begun" or "unchanged moved on", failure is CommitConflictException);
        Assert.Equal(fault == "key taken", KeyedRequest.IsTakenBy(failure));
        units.Remove(bad);
        foreach (var unit in units) await unit.Committed;
        Assert.Equal(20L, await ScalarAsync("select count(*) from mt_events where stream_id = any ($1)", KeysOf(units)));
        Assert.Equal(await PositionsAsync(units), units.Select(unit => unit.Appends[0].Events[0].Sequence));
    }

    [Fact]
    public async Task Several_that_fail_for_different_reasons_fail_no_other()
    {
        var bad = new List<CommitUnit>();
        foreach (var fault in Faults) bad.Add(await BadAsync(fault));
        var good = Enumerable.Range(0, 30).Select(_ => Unit(NewKey())).ToArray();
        CommitUnit[] all = [.. good, .. bad];
        new Random(7).Shuffle(all);

        Assert.Empty(await SaveAsync(all));

        foreach (var unit in bad) await Assert.ThrowsAnyAsync<Exception>(() => unit.Committed);
        foreach (var unit in good) await unit.Committed;
        Assert.Equal(30L, await ScalarAsync("select count(*) from mt_events where stream_id = any ($1)", KeysOf(good)));
    }

    [Fact]
    public async Task Units_of_several_streams_in_different_orders_never_lock_each_other_out()
    {
        var keys = Enumerable.Range(0, 6).Select(_ => NewKey()).ToArray();
        await SaveAsync([.. keys.Select(key => Unit(key))]);
        var versions = keys.ToDictionary(key => key, _ => 1L);
        // Two instances that race each other, as nothing within one instance would: whoever loses decides again.
        var written = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => Task.Run(async () =>
        {
            var (random, order, count) = (new Random(n), keys.ToArray(), 0);
            for (var i = 0; i < 60; i++)
            {
                random.Shuffle(order);
                var known = await app.Host.Services.GetRequiredService<IStateSource<Product>>().ReadAsync(keys, default);
                var unit = new CommitUnit { Appends = [.. order.Take(4).Select(key => Append(key, known[key].Version))] };
                Assert.Empty(await SaveAsync([unit]));
                try
                {
                    await unit.Committed.WaitAsync(TimeSpan.FromSeconds(30));
                    count += 4;
                }
                catch (CommitConflictException)
                {
                    // The other was faster.
                }
            }
            return count;
        })));

        Assert.All(written, count => Assert.True(count > 0));
        Assert.Equal(6L + written.Sum(), await ScalarAsync("select count(*) from mt_events where stream_id = any ($1)", keys));
    }

    [Fact]
    public async Task Events_of_a_unit_get_their_positions_in_its_order()
    {
        string[] keys = [$"product/z-{NewKey()[8..]}", $"product/a-{NewKey()[8..]}", $"product/m-{NewKey()[8..]}"];

        await SaveAsync([Unit(NewKey()), new CommitUnit { Appends = [.. keys.Select(key => Append(key, 0))] }, Unit(NewKey())]);

        var ranks = await RanksAsync(keys);
        Assert.Equal([1L, 2L, 3L], ranks);
    }

    private async Task<IReadOnlyList<CommitUnit>> SaveAsync(IReadOnlyList<CommitUnit> units) => await Commit.SaveAsync(units, GroupCommit.GroupLockWait);

    private async Task<CommitUnit> BadAsync(string fault)
    {
        var key = NewKey();
        if (fault is "moved on" or "begun" or "unchanged moved on") await SaveAsync([Unit(key)]);
        var digest = Guid.NewGuid().ToByteArray();
        if (fault == "key taken") await SaveAsync([Unit(NewKey(), Receipt(digest))]);
        return fault switch
        {
            "moved on" => new CommitUnit { Appends = [Append(key, 7)] },
            "begun" => Unit(key),
            "unchanged moved on" => new CommitUnit { Appends = [Append(NewKey(), 0)], Unchanged = [(key, 0)] },
            "key taken" => Unit(key, Receipt(digest)),
            "constraint" => Unit(key, new SqlStatement("insert into product (product_id) values (?)", "half a product")),
            _ => Unit(key, new SqlStatement("insert into no_such_table values (?)", 1)),
        };
    }

    private CommitUnit Unit(string key, params SqlStatement[] statements) => new() { Appends = [Append(key, 0)], Statements = statements };

    private StreamAppend Append(string key, long version)
    {
        object fact = version == 0 ? new ProductListed(key["product/".Length..], "A title", null, null) : new ProductRevised(key["product/".Length..], $"{version}", null, null);
        return new StreamAppend(key, typeof(Product), version, null, [app.Host.Services.GetRequiredService<NewEvents>().Of(fact, new Intent("tester"))]);
    }

    private static SqlStatement Receipt(byte[] digest)
    {
        var keyed = new KeyedRequest(digest, [], DateTimeOffset.UtcNow.AddHours(24));
        keyed.BodyIs([]);
        return keyed.Enlist(new Receipt("product/x", 1, Created: true));
    }

    private static string NewKey() => StreamKeys.Product(MarketplaceFixture.NewId("grouped"));

    private static string[] KeysOf(IEnumerable<CommitUnit> units) => [.. units.SelectMany(unit => unit.Appends).Select(append => append.Key)];

    private async Task<object?> ScalarAsync(string sql, string[] keys)
    {
        await using var command = app.Db.CreateCommand(sql);
        command.Parameters.AddWithValue(keys);
        return await command.ExecuteScalarAsync();
    }

    private async Task<IReadOnlyList<long>> PositionsAsync(IEnumerable<CommitUnit> units) =>
        (long[])(await ScalarAsync("select array_agg(e.seq_id order by k.n) from unnest($1) with ordinality as k (key, n) join mt_events as e on e.stream_id = k.key", KeysOf(units)))!;

    private async Task<long[]> RanksAsync(string[] keys) =>
        (long[])(await ScalarAsync("""
            select array_agg(e.rank order by k.n) from unnest($1) with ordinality as k (key, n)
              join (select stream_id, rank() over (order by seq_id) from mt_events where stream_id = any ($1)) as e on e.stream_id = k.key
            """, keys))!;
}
