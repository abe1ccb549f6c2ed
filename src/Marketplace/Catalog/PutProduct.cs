using System.Text.Json.Serialization;
using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Catalog;

/// <summary>Lists a product, or brings its words to these. What is left out is then absent.</summary>
/// <param name="Title">1 to 500 characters.</param>
/// <param name="Author">At most 200 characters.</param>
/// <param name="Description">At most 10,000 characters.</param>
public sealed record PutProduct(string? Title, string? Author, string? Description)
{
    /// <summary>The most characters of a title.</summary>
    public const int MaxTitle = 500;

    /// <summary>The most characters of an author.</summary>
    public const int MaxAuthor = 200;

    /// <summary>The most characters of a description.</summary>
    public const int MaxDescription = 10_000;

    /// <summary>The shape of the command; what it refuses is a 400.</summary>
    public sealed class Validator : AbstractValidator<PutProduct>
    {
        /// <summary>Lays down the rules.</summary>
        public Validator()
        {
            RuleFor(x => x.Title).Cascade(CascadeMode.Stop).IsThere().IsText(1, MaxTitle);
            RuleFor(x => x.Author).IsText(1, MaxAuthor);
            RuleFor(x => x.Description).IsText(1, MaxDescription);
        }
    }
}

/// <summary>A product's words as a write answers with them.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Title">The title.</param>
/// <param name="Author">The author or maker, or null.</param>
/// <param name="Description">The description, or null.</param>
/// <param name="Version">The number of the product's events; its entity tag.</param>
public sealed record ProductView(string ProductId, string Title,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Author,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description, long Version);

/// <summary>PUT of a product.</summary>
[Tags("Products")]
public static class PutProductEndpoint
{
    /// <summary>Lists the product (201) or revises its words (200).</summary>
    [ProducesResponseType<ProductView>(200), ProducesResponseType<ProductView>(201)]
    [WolverinePut("/v1/products/{productId}")]
    public static Task<IResult> Put(string productId, PutProduct command, HttpContext http, Writes writes, CancellationToken ct) =>
        writes.OnAsync<Product>(http, StreamKeys.Product(productId), product => Decide(command, productId, product), outcome =>
        {
            var product = outcome.State!;
            var view = new ProductView(product.ProductId, product.Title, product.Author, product.Description, outcome.Version);
            return outcome.Created
                ? Answer.Created($"/v1/products/{productId}", view, outcome.Position, ETags.Of(outcome.Version))
                : Answer.Ok(view, outcome.Position, ETags.Of(outcome.Version));
        }, ct);

    /// <summary>The decision: pure.</summary>
    public static Decision Decide(PutProduct command, string productId, Product? product) =>
        product is null ? Decision.Record(new ProductListed(productId, command.Title!, command.Author, command.Description))
        : (product.Title, product.Author, product.Description) == (command.Title, command.Author, command.Description) ? Decision.Nothing
        : Decision.Record(new ProductRevised(productId, command.Title!, command.Author, command.Description));
}
