using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Pricing;

/// <summary>
/// Reads the lowest prices in force, from the current offers: the first row of the ladder's index for every listing type and currency that
/// has an active offer. However many offers a product has, it costs a few index rows.
/// </summary>
public sealed class LowestPriceQueries(NpgsqlDataSource db, TimeProvider clock)
{
    /// <summary>The most products one query answers for.</summary>
    public const int MostProducts = 1000;

    /// <summary>The lowest prices of the products in <c>$1</c>: a row with nulls behind the product where it has no active offer.</summary>
    public static readonly string Sql = $"""
        select asked.product_id, {KnownColumn}, kind.listing_type, kind.currency, kind.active,
               best.price, best.shipping, best.seller_id, best.sku, best.condition, best.price_since
          from unnest($1::text[]) as asked (product_id)
          left join lateral (
              select listing_type, currency, sum(active)::bigint as active from offer_count
               where product_id = asked.product_id group by listing_type, currency having sum(active) > 0) as kind on true
          left join lateral (
              select price, shipping, seller_id, sku, condition, price_since from current_offer
               where product_id = asked.product_id and listing_type = kind.listing_type and currency = kind.currency and status = 'active'
               order by landed_price, price_since, seller_id, sku limit 1) as best on true
        """;

    private const string KnownColumn = "(select true from mt_streams where id = 'product/' || asked.product_id) is not null";

    /// <summary>The lowest prices of one product; no items for an unknown one.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="position">The position through which the database is known to be complete; the answer states it.</param>
    /// <param name="ct">Ends the query.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<LowestPrices> OfAsync(string productId, long position, CancellationToken ct) =>
        (await OfEachAsync([productId], position, ct))[productId].Prices;

    /// <summary>The lowest prices of many products in one statement.</summary>
    /// <param name="productIds">The products, none of them twice.</param>
    /// <param name="position">The position through which the database is known to be complete; every answer states it.</param>
    /// <param name="ct">Ends the query.</param>
    /// <returns>The answer for each, and whether there is such a product.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<Dictionary<string, (bool Known, LowestPrices Prices)>> OfEachAsync(
        IReadOnlyCollection<string> productIds, long position, CancellationToken ct)
    {
        string[] asked = [.. productIds];
        var asOf = Instants.Microseconds(clock.GetUtcNow());
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        var items = asked.ToDictionary(id => id, _ => new List<LowestPrice>(), StringComparer.Ordinal);
        await using var command = db.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = asked });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var productId = row.GetString(0);
            known[productId] = row.GetBoolean(1);
            // Null where the product has no active offer at all.
            if (!row.IsDBNull(7)) items[productId].Add(Read(row));
        }
        return items.ToDictionary(
            pair => pair.Key,
            pair => (known[pair.Key], new LowestPrices(pair.Key, position, asOf, LowestPrices.InPageOrder(pair.Value))),
            StringComparer.Ordinal);
    }

    /// <summary>The lowest prices of many products in one statement, ready to be answered; null for an unknown one.</summary>
    /// <param name="productIds">The products, none of them twice.</param>
    /// <param name="json">How answers are written.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<IReadOnlyDictionary<string, ReadyPrices?>> ReadyAsync(IReadOnlyCollection<string> productIds, JsonSerializerOptions json) =>
        (await OfEachAsync(productIds, 0, CancellationToken.None)).ToDictionary(
            pair => pair.Key, pair => pair.Value.Known ? ReadyPrices.Of(pair.Value.Prices, json) : null, StringComparer.Ordinal);

    private static LowestPrice Read(NpgsqlDataReader row)
    {
        var currency = row.GetString(3);
        var (price, shipping) = (new Money(row.GetDecimal(5), currency), new Money(row.GetDecimal(6), currency));
        return new LowestPrice(Word.Parse<ListingType>(row.GetString(2))!.Value, price, shipping, price + shipping, row.GetString(7), row.GetString(8),
            Word.Parse<Condition>(row.GetString(9))!.Value, row.GetInt64(4), row.GetFieldValue<DateTimeOffset>(10));
    }
}
