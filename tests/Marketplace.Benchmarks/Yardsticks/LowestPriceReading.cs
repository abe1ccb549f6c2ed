using System.Text.Json;
using Npgsql;

namespace Marketplace.Benchmarks.Yardsticks;

/// <summary>The lowest prices of a product, asked of the database at every request.</summary>
internal static class LowestPriceReading
{
    public static async Task AnswerAsync(HttpContext http, NpgsqlDataSource db, string sql)
    {
        var productId = (string)http.Request.RouteValues["productId"]!;
        await using var command = db.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [productId] });
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("productId"u8, productId);
        json.WriteStartArray("items"u8);
        await using (var row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
                Write(json, row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NpgsqlDataReader row)
    {
        var currency = row.GetString(3);
        var (price, shipping) = (row.GetDecimal(5), row.GetDecimal(6));
        json.WriteStartObject();
        json.WriteString("listingType"u8, row.GetString(2));
        Money("price", price);
        Money("shipping", shipping);
        Money("landedPrice", price + shipping);
        json.WriteString("sellerId"u8, row.GetString(7));
        json.WriteString("sku"u8, row.GetString(8));
        json.WriteString("condition"u8, row.GetString(9));
        json.WriteNumber("offerCount"u8, row.GetInt64(4));
        json.WriteString("since"u8, row.GetDateTime(10));
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
