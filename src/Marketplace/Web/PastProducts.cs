using Marketplace.Catalog;
using Marketplace.Domain;
using Marten;

namespace Marketplace.Web;

/// <summary>The words on products as they stood at an instant.</summary>
public sealed class PastProducts(IDocumentStore store)
{
    /// <summary>The product at the instant (UTC, effective time), or null when it was not listed by then.</summary>
    public async Task<Product?> AtAsync(string productId, DateTimeOffset at, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.FoldAsync<Product>(StreamKeys.Product(productId), at, ct);
    }
}
