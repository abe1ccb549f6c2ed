using System.Globalization;
using Npgsql;

namespace Marketplace.Benchmarks.Rows;

/// <summary>One product with very many active offers of one seller, on the application's side and on the yardsticks'.</summary>
internal static class HotProduct
{
    /// <summary>Its id.</summary>
    public const string Id = "product-hot";

    private const string Seller = "hoarder";

    private const string Product = """
        insert into mt_streams (id, type, version) values ('product/' || $1, 'product', 1) on conflict do nothing
        """;

    private const string CurrentOffers = """
        insert into current_offer (seller_id, sku, product_id, listing_type, condition, currency, price, shipping, quantity, paused, withdrawn,
                price_since, effective_at, version)
            select $1, 'hot-' || n, $2, case n % 2 when 0 then 'used' else 'zShops' end, 'good', 'USD', 5 + n / 100.0, 0, 3, false, false, now(), now(), 1
              from generate_series(0, $3 - 1) as n
            on conflict do nothing
        """;

    /// <summary>Posts the offers.</summary>
    public static async Task PrepareAsync(Stage stage)
    {
        var offers = stage.Scale.HotOffers;
        await stage.SendOnceAsync([Shop.PutProduct(Id)]);
        using (var feeds = new FeedClient(stage, Seller))
            await feeds.ApplyAsync(FeedClient.Body(Enumerable.Range(0, offers).Select(Line)));
        await using var connection = await stage.ConnectAsync(Stage.YardstickDatabase);
        await ExecuteAsync(connection, Product, Id);
        await ExecuteAsync(connection, CurrentOffers, Seller, Id, offers);
        await ExecuteAsync(connection, "analyze");
    }

    private static string Line(int n)
    {
        var (type, price) = (n % 2 == 0 ? "used" : "zShops", (5 + (n / 100m)).ToString("0.00", CultureInfo.InvariantCulture));
        return $$$"""{"op":"put","sku":"hot-{{{n}}}","productId":"{{{Id}}}","listingType":"{{{type}}}","condition":"good","price":{"amount":{{{price}}},"currency":"USD"},"quantity":3}""";
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }
}
