using Marketplace.Http;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Reads the products.</summary>
public sealed class ProductQueries(NpgsqlDataSource db)
{
    private const string Columns = "product_id, title, author, description, version";

    /// <summary>The product, or null when there is none.</summary>
    public async Task<ProductView?> FindAsync(string productId, CancellationToken ct)
    {
        await using var command = db.CreateCommand($"select {Columns} from product where product_id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    /// <summary>Products by id, after an id.</summary>
    public async Task<Page<ProductView>> ListAsync(string afterId, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand($"select {Columns} from product where product_id > $1 order by product_id limit $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = afterId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        return Page<ProductView>.Of(await ReadAsync(command, ct), limit, p => Cursor.Encode(GetProductsEndpoint.List, p.ProductId));
    }

    private static async Task<List<ProductView>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var products = new List<ProductView>();
        while (await reader.ReadAsync(ct))
            products.Add(new ProductView(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt64(4)));
        return products;
    }
}
