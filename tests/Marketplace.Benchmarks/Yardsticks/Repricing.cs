using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Benchmarks.Yardsticks;

/// <summary>A repricing asked for.</summary>
internal sealed record NewPrice(string SellerId, string Sku, decimal Amount)
{
    public string Stream { get; } = $"offer/{SellerId}/{Sku}";

    public TaskCompletionSource<Repriced?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The event's data; about as much as the application stores.</summary>
    public byte[] Data(string currency = "USD") => JsonSerializer.SerializeToUtf8Bytes(new
    {
        sku = Sku,
        sellerId = SellerId,
        productId = Sku,
        newPrice = new { amount = Amount, currency },
        oldPrice = new { amount = Amount, currency },
    });
}

/// <summary>The offer as it is afterwards.</summary>
internal sealed record Repriced(string ProductId, string ListingType, string Condition, decimal Shipping, int Quantity, long Version, long Position);

/// <summary>Repricing with one statement: stream, event and current offer, in one transaction of one round trip.</summary>
internal sealed class Repricing(NpgsqlDataSource db)
{
    private const string Statement = """
        with asked as (
            select * from unnest($1::text[], $2::text[], $3::numeric[], $4::text[], $5::uuid[], $6::jsonb[])
                as n (seller_id, sku, price, stream, id, data) order by stream),
        offer as (
            update current_offer o set price = n.price, price_since = $7, effective_at = $7, version = o.version + 1 from asked n
             where o.seller_id = n.seller_id and o.sku = n.sku
            returning n.stream, n.id, n.data, o.product_id, o.listing_type, o.condition, o.shipping, o.quantity, o.version),
        begun as (
            update mt_streams s set version = s.version + 1 from offer where s.id = offer.stream returning s.id, s.version),
        stored as (
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, user_name)
            select nextval('mt_events_sequence'), offer.id, offer.stream, begun.version, offer.data, 'offer_repriced', $7, 'seller'
              from offer join begun on begun.id = offer.stream
            returning seq_id, stream_id)
        select offer.stream, product_id, listing_type, condition, shipping, quantity, offer.version, stored.seq_id
          from offer join stored on stored.stream_id = offer.stream
        """;

    /// <summary>Reads the request, reprices and writes the answer.</summary>
    public async Task AnswerAsync(HttpContext http, Func<NewPrice, Task<Repriced?>> reprice)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var asked = new NewPrice((string)http.Request.RouteValues["sellerId"]!, (string)http.Request.RouteValues["sku"]!,
            body.RootElement.GetProperty("price"u8).GetProperty("amount"u8).GetDecimal());
        if (await reprice(asked) is not { } offer)
        {
            http.Response.StatusCode = 404;
            return;
        }

        http.Response.ContentType = "application/json";
        http.Response.Headers.ETag = $"\"{offer.Version}\"";
        http.Response.Headers["Marketplace-Position"] = offer.Position.ToString(CultureInfo.InvariantCulture);
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("sellerId"u8, asked.SellerId);
        json.WriteString("sku"u8, asked.Sku);
        json.WriteString("productId"u8, offer.ProductId);
        json.WriteString("listingType"u8, offer.ListingType);
        json.WriteString("condition"u8, offer.Condition);
        json.WriteNumber("price"u8, asked.Amount);
        json.WriteNumber("shipping"u8, offer.Shipping);
        json.WriteNumber("landedPrice"u8, asked.Amount + offer.Shipping);
        json.WriteNumber("quantity"u8, offer.Quantity);
        json.WriteString("status"u8, "active"u8);
        json.WriteNumber("version"u8, offer.Version);
        json.WriteEndObject();
    }

    /// <summary>One command, one statement.</summary>
    public async Task<Repriced?> AloneAsync(NewPrice asked) => (await RunAsync([asked])).GetValueOrDefault(asked.Stream);

    /// <summary>Any number of commands on different offers, one statement.</summary>
    public async Task<Dictionary<string, Repriced>> RunAsync(IReadOnlyList<NewPrice> asked)
    {
        await using var command = db.CreateCommand(Statement);
        Add(asked.Select(n => n.SellerId).ToArray());
        Add(asked.Select(n => n.Sku).ToArray());
        Add(asked.Select(n => n.Amount).ToArray());
        Add(asked.Select(n => n.Stream).ToArray());
        Add(asked.Select(_ => Guid.CreateVersion7()).ToArray());
        command.Parameters.Add(new NpgsqlParameter<byte[][]>
        {
            TypedValue = asked.Select(n => n.Data()).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
        });
        Add(DateTime.UtcNow);
        await using var row = await command.ExecuteReaderAsync();
        var repriced = new Dictionary<string, Repriced>(asked.Count);
        while (await row.ReadAsync())
        {
            repriced[row.GetString(0)] = new Repriced(row.GetString(1), row.GetString(2), row.GetString(3), row.GetDecimal(4), row.GetInt32(5),
                row.GetInt64(6), row.GetInt64(7));
        }

        return repriced;

        void Add<T>(T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
    }
}
