using Marketplace.HttpTests.Support;
using Marketplace.Storage;
using Npgsql;

namespace Marketplace.HttpTests.Pricing;

public sealed class FormerPriceHistoryTests
{
    [Fact]
    public async Task A_price_history_of_the_former_shape_makes_way_and_the_projection_begins_anew()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var db = NpgsqlDataSource.Create(database.With(searchPath: Schema.Name));
        await using (var former = db.CreateCommand("""
            create table history_ladder (n int);
            create table offer_history (n int);
            insert into mt_event_progression (name, last_seq_id) values ('PriceHistory:All', 7), ('ReviewHistory:All', 7)
                on conflict (name) do update set last_seq_id = 7;
            """))
            await former.ExecuteNonQueryAsync();

        await Schema.ApplyAsync(db, default);
        await Schema.ApplyAsync(db, default);

        await using var left = db.CreateCommand("""
            select coalesce(to_regclass('history_ladder')::text, '') || coalesce(to_regclass('offer_history')::text, '')
                || (select string_agg(name, ' ' order by name) from mt_event_progression where last_seq_id = 7)
            """);
        Assert.Equal("ReviewHistory:All", await left.ExecuteScalarAsync());
    }
}
