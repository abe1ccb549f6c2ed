using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Storage;
using Marten;

namespace Marketplace.Web;

/// <summary>The words on a product as they stood at an instant: the fold of its own short stream, never of the log.</summary>
public sealed class PastProducts(IDocumentStore store)
{
    /// <summary>The product at the instant (UTC, effective time), or null when it was not listed by then.</summary>
    public async Task<Product?> AtAsync(string productId, DateTimeOffset at, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var events = await session.Events.FetchStreamAsync(StreamKeys.Product(productId), token: ct);
        return events.Where(e => e.EffectiveAt() <= at)
            .OrderBy(e => e.EffectiveAt()).ThenBy(e => e.Sequence)
            .Aggregate((Product?)null, Product.Evolve);
    }
}
