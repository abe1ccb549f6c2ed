using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Pricing;
using Marketplace.Reviews;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Wolverine.Http;

namespace Marketplace.Storefront;

/// <summary>What a shopper sees of a product: its words, its lowest prices, its reviews in sum.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Title">The title.</param>
/// <param name="Author">The author or maker; left out when there is none.</param>
/// <param name="Description">The description; left out when there is none.</param>
/// <param name="LowestPrices">One item per listing type and currency with an active offer, in the page's order.</param>
/// <param name="Reviews">The visible reviews in sum.</param>
public sealed record ProductPage(string ProductId, string Title,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Author,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description,
    IReadOnlyList<LowestPrice> LowestPrices, ReviewSummary Reviews);

/// <summary>GET of a product.</summary>
[Tags("Products")]
public static class GetProductEndpoint
{
    /// <summary>
    /// The product with its lowest prices and reviews in sum; its entity tag covers all of it, and begins with the version that guards a PUT.
    /// With <c>Accept: text/plain</c> the page in words, one line per listing type.
    /// </summary>
    [ProducesResponseType<ProductPage>(200, "application/json", "text/plain"), ProducesResponseType(304), Refuses(404, 406)]
    [WolverineGet("/v1/products/{productId}")]
    public static Task<IResult> Get(string productId, HttpContext http, Reads reads, ProductQueries products, LowestPriceQueries prices,
        ReviewQueries reviews, IConfiguration configuration, CancellationToken ct)
    {
        if (PrefersText(http.Request) is not { } text)
            return Task.FromResult(new Refusal(406, "not-acceptable", "The product is served as application/json or text/plain.").ToResult());
        http.Response.Headers.Vary = HeaderNames.Accept;
        return reads.AnswerAsync(http, async position =>
        {
            if (await products.FindAsync(productId, ct) is not { } product) return Refusal.NotFound("There is no such product.").ToResult();
            var lowest = await prices.OfAsync(productId, position, ct);
            if (text)
            {
                var words = PageInWords.Of(lowest.Items, PageInWords.Currency(configuration));
                return Answer.Text(words, position, ETags.Of(product.Version, Encoding.UTF8.GetBytes($"text\n{product.Title}\n{words}")));
            }
            var page = new ProductPage(product.ProductId, product.Title, product.Author, product.Description, lowest.Items,
                await reviews.SummaryAsync(productId, ct));
            return Answer.Ok(page, position, ETags.Of(product.Version, [.. lowest.Content(), .. JsonSerializer.SerializeToUtf8Bytes(page.Reviews)]));
        }, ct);
    }

    // JSON unless the client likes plain text better; null when it takes neither.
    private static bool? PrefersText(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)) return false;
        var (json, text) = (Quality(accepted, "application/json"), Quality(accepted, "text/plain"));
        return json == 0 && text == 0 ? null : text > json;
    }

    // The most specific range that covers a type says how much it is liked (RFC 9110, 12.5.1).
    private static double Quality(IEnumerable<MediaTypeHeaderValue> accepted, string type)
    {
        var wanted = new MediaTypeHeaderValue(type);
        var best = accepted.Where(range => wanted.IsSubsetOf(range))
            .OrderByDescending(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2).FirstOrDefault();
        return best is null ? 0 : best.Quality ?? 1;
    }
}
