using Marketplace.HttpTests.Support;
using Npgsql;

namespace Marketplace.HttpTests.Feeds;

/// <summary>The order in which a feed's lines reach the log.</summary>
public sealed class SliceOrderTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    [Fact]
    public async Task Many_repricings_come_out_line_by_line()
    {
        var (shelf, productId) = (new Shelf(app.Api, MarketplaceFixture.NewId("seller")), await app.Api.NewProductAsync());
        const int Offers = 1_500;
        await shelf.ApplyAsync(Enumerable.Range(0, Offers).Select(n => Shelf.Put(productId, $"s{n:0000}", 1m)));

        var feed = await shelf.ApplyAsync(Enumerable.Range(0, 4 * Offers).Select(n => Shelf.Reprice($"s{n % Offers:0000}", 10 + (n / Offers))));

        Assert.Equal(4 * Offers, (int)feed["accepted"]!);
        await using var wrong = app.Db.CreateCommand("""
            select count(*) from current_offer as o where o.seller_id = $1 and (o.version, o.price) <> (5, 13)
            union all
            select count(*) from mt_events as e join mt_events as before on before.stream_id = e.stream_id and before.version = e.version - 1
             where starts_with(e.stream_id, 'offer/' || $1 || '/') and e.version > 1
               and (before.seq_id > e.seq_id or (e.data -> 'newPrice' ->> 'amount')::numeric <> e.version + 8)
            """);
        wrong.Parameters.Add(new NpgsqlParameter<string> { TypedValue = shelf.SellerId });
        await using var counts = await wrong.ExecuteReaderAsync();
        while (await counts.ReadAsync()) Assert.Equal(0, counts.GetInt64(0));
    }

    [Fact]
    public async Task The_log_has_the_events_of_a_feed_in_the_order_of_its_lines()
    {
        var (shelf, productId) = (new Shelf(app.Api, MarketplaceFixture.NewId("seller")), await app.Api.NewProductAsync());
        var order = new[] { "z", "a", "m", "a", "a", "z", "b", "a" };
        await shelf.ApplyAsync(order.Distinct().Select(sku => Shelf.Put(productId, sku, 1m)));

        var feed = await shelf.ApplyAsync(order.Select((sku, n) => Shelf.Reprice(sku, 10 + n)));

        await using var command = app.Db.CreateCommand("select data ->> 'sku' from mt_events where headers ->> 'reference' like $1 || '#%' order by seq_id");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = (string)feed["feedId"]! });
        await using var reader = await command.ExecuteReaderAsync();
        foreach (var sku in order)
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(sku, reader.GetString(0));
        }
        Assert.False(await reader.ReadAsync());
    }
}
