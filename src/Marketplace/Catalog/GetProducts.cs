using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Catalog;

/// <summary>GET of the catalogue.</summary>
[Tags("Products")]
public static class GetProductsEndpoint
{
    /// <summary>The list's name in cursors.</summary>
    public const string List = "products";

    /// <summary>The products by id.</summary>
    [ProducesResponseType<Page<ProductView>>(200)]
    [WolverineGet("/v1/products")]
    public static Task<IResult> Get(string? limit, string? after, HttpContext http, Reads reads, ProductQueries products, CancellationToken ct)
    {
        var query = new Query();
        var (most, keys) = (query.Limit(limit), query.After(after, List, 1));
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, async position => Answer.Ok(await products.ListAsync(keys?[0] ?? "", most, ct), position), ct);
    }
}
