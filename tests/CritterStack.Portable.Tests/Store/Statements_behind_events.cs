namespace CritterStack.Portable.Tests.Store;

public sealed class Statements_behind_events
{
    [Fact]
    public async Task Keep_their_plans_as_long_as_the_transaction_lasts()
    {
        await using var store = await ShopStore.StartAsync();
        await store.Database.ExecuteAsync("create table planned (mode text)");
        await using var session = store.Documents.LightweightSession();
        session.Events.Append("thing/1", new ThingPriced(19m));
        session.QueueSqlCommand("insert into planned values (current_setting('plan_cache_mode'))");

        await session.SaveChangesAsync();

        Assert.Equal("force_generic_plan", await store.Database.ScalarAsync<string>("select mode from planned"));
        Assert.Equal(["auto"], await session.QueryAsync<string>("select current_setting('plan_cache_mode')"));
    }
}
