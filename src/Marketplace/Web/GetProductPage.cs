using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Web;

/// <summary>GET of a product's page.</summary>
[Tags("Pages")]
public static class GetProductPageEndpoint
{
    /// <summary>Words, ladder, history and reviews of a product, now or as of an instant.</summary>
    [ProducesResponseType<string>(200, "text/html"), ProducesResponseType<string>(400, "text/html"), ProducesResponseType<string>(404, "text/html")]
    [WolverineGet("/products/{productId}"), PageForReaders]
    public static Task<IResult> Get(
        string productId, string? asOf, HttpContext http, PageReads reads, ProductSource products, TimeProvider clock, CancellationToken ct)
    {
        var at = AsOf.Read(asOf, clock.GetUtcNow());
        return reads.AnswerAsync(http, at, async position =>
            Id.IsValid(productId) && await products.ReadAsync(productId, at, position, ct) is { } sheet
                ? HtmlResult.Page(ProductPage.Render(sheet), at.Status, position)
                : HtmlResult.Page(Unknown, StatusCodes.Status404NotFound, position), ct);
    }

    private static Html Unknown { get; } = Layout.Message("There is no such product", "Nothing is listed under this id.");
}
