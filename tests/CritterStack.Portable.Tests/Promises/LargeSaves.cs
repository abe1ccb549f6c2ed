using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;

namespace CritterStack.Portable.Tests.Promises;

public sealed class LargeSaves
{
    [Fact]
    public async Task A_thousand_events_in_one_save_are_all_there_in_order()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(
            db.ConnectionString, "app", DaemonMode.Solo, cacheLimit: 100, more: StoreHost.AddAsync);
        await Commands.Add(host.Store, Account.Key(1), "large", [.. Enumerable.Range(1, 1000)]);

        await using var session = host.Store.LightweightSession();
        var stream = await session.Events.FetchStreamAsync(Account.Key(1));
        Assert.Equal(Enumerable.Range(1, 1000), stream.Select(e => ((AmountAdded)e.Data).Part));
        Assert.Equal(stream.Select(e => e.Sequence), stream.Select(e => e.Sequence).Order());
        Assert.Equal(500500, (await session.Events.FetchForWriting<Account>(Account.Key(1))).Aggregate!.Total);
        await Checks.CommandsAsync(db, ["large"], []);
        await Checks.ProjectionsCatchUpAsync(db);
    }

    [Fact]
    public async Task A_session_over_many_streams_stores_each_in_order()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(
            db.ConnectionString, "app", DaemonMode.Solo, cacheLimit: 10, more: StoreHost.AddAsync);
        for (var round = 0; round < 3; round++)
        {
            await RacesOnManyStreams.AddToAllAsync(
                host.Store, Enumerable.Range(0, 40).Select(Account.Key), $"wide {round}", [1, 2, 3, 4, 5]);
        }

        await Checks.CommandsAsync(db, Enumerable.Range(0, 3).Select(n => $"wide {n}"), []);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.ProjectionsCatchUpAsync(db);
    }
}
