using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Marketplace.Benchmarks.Yardsticks;

/// <summary>The lowest prices of a product, asked of the database at every request.</summary>
internal static class LowestPriceReading
{
    // Where the columns of a statement are; the others follow each in the same order.
    private sealed record Columns(int Type, int Currency, int Count, int Price, int Seller, int Since);

    private static readonly Columns Present = new(Type: 2, Currency: 3, Count: 4, Price: 5, Seller: 7, Since: 10);
    private static readonly Columns Past = new(Type: 0, Currency: 1, Count: 2, Price: 3, Seller: 5, Since: 8);

    /// <summary>The lowest prices now, by the application's own statement.</summary>
    public static Task AnswerAsync(HttpContext http, NpgsqlDataSource db, string sql) =>
        AnswerAsync(http, db, sql, Present, new NpgsqlParameter<string[]> { TypedValue = [ProductOf(http)] });

    /// <summary>The lowest prices at an instant, by the application's own statement.</summary>
    public static Task AnswerAsOfAsync(HttpContext http, NpgsqlDataSource db, string sql)
    {
        var instant = DateTimeOffset.Parse(http.Request.Query["asOf"].ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        return AnswerAsync(http, db, sql, Past, new NpgsqlParameter<string> { TypedValue = ProductOf(http) },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = instant });
    }

    private static string ProductOf(HttpContext http) => (string)http.Request.RouteValues["productId"]!;

    private static async Task AnswerAsync(HttpContext http, NpgsqlDataSource db, string sql, Columns columns, params NpgsqlParameter[] parameters)
    {
        await using var command = db.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("productId"u8, ProductOf(http));
        json.WriteStartArray("items"u8);
        await using (var row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
                Write(json, row, columns);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NpgsqlDataReader row, Columns columns)
    {
        var currency = row.GetString(columns.Currency);
        var (price, shipping) = (row.GetDecimal(columns.Price), row.GetDecimal(columns.Price + 1));
        json.WriteStartObject();
        json.WriteString("listingType"u8, row.GetString(columns.Type));
        Money("price", price);
        Money("shipping", shipping);
        Money("landedPrice", price + shipping);
        json.WriteString("sellerId"u8, row.GetString(columns.Seller));
        json.WriteString("sku"u8, row.GetString(columns.Seller + 1));
        json.WriteString("condition"u8, row.GetString(columns.Seller + 2));
        json.WriteNumber("offerCount"u8, row.GetInt64(columns.Count));
        json.WriteString("since"u8, row.GetDateTime(columns.Since));
        json.WriteEndObject();

        void Money(string name, decimal amount)
        {
            json.WriteStartObject(name);
            json.WriteNumber("amount"u8, amount);
            json.WriteString("currency"u8, currency);
            json.WriteEndObject();
        }
    }
}
