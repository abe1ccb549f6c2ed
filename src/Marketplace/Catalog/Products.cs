using JasperFx.Events;
using Marketplace.Storage;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Catalog;

/// <summary>The read model <c>product</c>: one row per product, written in the transaction of the event, one statement for any number of events.</summary>
public sealed class Products : IProjection
{
    /// <summary>The tables this projection owns and a rebuild replaces.</summary>
    public static readonly string[] Tables = [$"{Schema.Name}.product"];

    /// <inheritdoc />
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        // Both events carry all the words, so the last one of a product is its row.
        var rows = new Dictionary<string, (ProductListed Words, long Version)>();
        foreach (var e in events)
        {
            if (e.Data is ProductListed listed) rows[listed.ProductId] = (listed, e.Version);
            else if (e.Data is ProductRevised r) rows[r.ProductId] = (new ProductListed(r.ProductId, r.Title, r.Author, r.Description), e.Version);
        }
        if (rows.Count == 0) return Task.CompletedTask;
        operations.QueueSqlCommand("""
            insert into product (product_id, title, author, description, version)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
                on conflict (product_id) do update set title = excluded.title, author = excluded.author, description = excluded.description,
                    version = excluded.version
            """,
            rows.Keys.ToArray(), rows.Values.Select(r => r.Words.Title).ToArray(), rows.Values.Select(r => r.Words.Author!).ToArray(),
            rows.Values.Select(r => r.Words.Description!).ToArray(), rows.Values.Select(r => r.Version).ToArray());
        return Task.CompletedTask;
    }
}
