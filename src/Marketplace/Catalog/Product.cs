using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.Catalog;

/// <summary>What offers and reviews hang on: the state of the stream <c>product/{productId}</c>.</summary>
public sealed record Product : IStreamState<Product>
{
    /// <summary>The stream's key.</summary>
    public string Id { get; init; } = "";
    /// <summary>In practice an ISBN, EAN or ASIN.</summary>
    public required string ProductId { get; init; }
    /// <summary>The title.</summary>
    public required string Title { get; init; }
    /// <summary>The author or maker, or null.</summary>
    public string? Author { get; init; }
    /// <summary>The description, or null.</summary>
    public string? Description { get; init; }
    /// <inheritdoc />
    public DateTimeOffset EffectiveAt { get; init; }

    /// <inheritdoc />
    public static Product Fold(Product? product, IEvent e) => e.Data switch
    {
        ProductListed listed => new Product
        {
            Id = StreamKeys.Product(listed.ProductId),
            ProductId = listed.ProductId,
            Title = listed.Title,
            Author = listed.Author,
            Description = listed.Description,
            EffectiveAt = e.EffectiveAt(),
        },
        ProductRevised revised when product is not null => product with
        {
            Title = revised.Title,
            Author = revised.Author,
            Description = revised.Description,
            EffectiveAt = e.EffectiveAt(),
        },
        _ => throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} does not belong here in a product's stream."),
    };
}
