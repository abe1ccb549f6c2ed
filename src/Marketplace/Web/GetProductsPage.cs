using Marketplace.Catalog;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Web;

/// <summary>GET of the first thing a newcomer sees.</summary>
[Tags("Pages")]
public static class GetProductsPageEndpoint
{
    /// <summary>Products on one page.</summary>
    public const int PageSize = 25;

    /// <summary>The products with their lowest prices in words, now or as of an instant.</summary>
    [ProducesResponseType<string>(200, "text/html"), ProducesResponseType<string>(400, "text/html")]
    [WolverineGet("/"), PageForReaders]
    public static Task<IResult> Get(
        string? asOf, string? after, HttpContext http, PageReads reads, ProductsSource products, TimeProvider clock,
        CancellationToken ct)
    {
        var keys = string.IsNullOrEmpty(after) ? [""] : Cursor.Decode(after, GetProductsEndpoint.List, 1);
        if (keys is null)
            return Task.FromResult<IResult>(HtmlResult.Page(
                Layout.Message("There is no such page", "This is not the address of a page of the list."),
                StatusCodes.Status400BadRequest));

        var at = AsOf.Read(asOf, clock.GetUtcNow());
        return reads.AnswerAsync(http, at, async position =>
        {
            var view = await products.ReadAsync($"{http.Request.Scheme}://{http.Request.Host}", at, keys[0], position, ct);
            return HtmlResult.Page(ProductsPage.Render(view), at.Status, position);
        }, ct);
    }
}
