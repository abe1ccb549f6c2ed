using Npgsql;

namespace Marketplace.Benchmarks.Rows;

/// <summary>The least that PostgreSQL has to do for a feed: its events by one statement, and the current offers by another, in one commit.</summary>
internal static class FeedYardstick
{
    private const string Streams = """
        insert into mt_streams (id, type, version) select 'offer/' || $1 || '/sku-' || to_char(n, 'FM00000'), 'offer', 1 from generate_series(0, $2 - 1) as n
        """;

    private const string CurrentOffers = """
        insert into current_offer (seller_id, sku, product_id, listing_type, condition, currency, price, shipping, quantity, paused, withdrawn,
                price_since, effective_at, version)
            select $1, 'sku-' || to_char(n, 'FM00000'), 'product-' || to_char(n % 500, 'FM000'), 'used', 'good', 'USD', 9.99, 0, 3, false, false, now(), now(), 1
              from generate_series(0, $2 - 1) as n
        """;

    private const string Events = """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
            select nextval('mt_events_sequence'), gen_random_uuid(), s.id, s.version + 1 + n / $2,
                jsonb_build_object('sku', s.id, 'sellerId', $1, 'productId', 'product-000',
                    'oldPrice', jsonb_build_object('amount', 9.99, 'currency', 'USD'), 'newPrice', jsonb_build_object('amount', 10.49 + n / $2, 'currency', 'USD'),
                    'oldShipping', jsonb_build_object('amount', 0.00, 'currency', 'USD'), 'newShipping', jsonb_build_object('amount', 0.00, 'currency', 'USD')),
                'offer_repriced', now(), 'Marketplace.Offers.OfferRepriced, Marketplace', '0123456789abcdef0123456789abcdef',
                '00000000-0000-0000-0000-000000000000#' || n, jsonb_build_object('cause', 'feed', 'reference', '00000000-0000-0000-0000-000000000000#' || n),
                'seller:' || $1
              from generate_series(0, $3 - 1) as n join mt_streams as s on s.id = 'offer/' || $1 || '/sku-' || to_char(n * 7 % $2, 'FM00000')
        """;

    private const string Update = """
        update current_offer set price = price + 1, price_since = now(), effective_at = now(), version = version + $2 where seller_id = $1
        """;

    // What follows is not measured: the next round's versions.
    private const string Move = "update mt_streams set version = version + $2 where id like 'offer/' || $1 || '/%'";

    /// <summary>Posts the offers.</summary>
    public static async Task PrepareAsync(Stage stage, string seller, int offers)
    {
        await using var connection = await stage.ConnectAsync(Stage.YardstickDatabase);
        await ExecuteAsync(connection, Streams, seller, offers);
        await ExecuteAsync(connection, CurrentOffers, seller, offers);
        await ExecuteAsync(connection, "analyze");
    }

    /// <summary>Reprices them.</summary>
    public static async Task RunAsync(Stage stage, string seller, int lines, int offers)
    {
        await using var connection = await stage.ConnectAsync(Stage.YardstickDatabase);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await ExecuteAsync(connection, Events, seller, offers, lines);
            await ExecuteAsync(connection, Update, seller, lines / offers);
            await transaction.CommitAsync();
        }

        await ExecuteAsync(connection, Move, seller, lines / offers);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }
}
