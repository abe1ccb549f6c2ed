using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Pricing;
using Marketplace.Reviews;

namespace Marketplace.Web;

/// <summary>
/// When a page is complete enough to be shown. The present comes from what is written with the events; its charts follow as far as the
/// price history has come. The past comes from the histories alone, so it waits for both of them as every other read of them does.
/// </summary>
public sealed class PageReads(Reads reads, AsyncReads pastReads)
{
    /// <summary>Answers with a page; where the histories cannot follow in time, with one that says so (503).</summary>
    /// <param name="http">The request.</param>
    /// <param name="asOf">What the reader asked for.</param>
    /// <param name="page">Makes the page, given the position through which what it reads is complete.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IResult> AnswerAsync(HttpContext http, AsOf asOf, Func<long, Task<IResult>> page, CancellationToken ct)
    {
        var answer = asOf.At is null
            ? await reads.AnswerAsync(http, page, ct)
            : await pastReads.AnswerAsync(http, nameof(PriceHistory), prices =>
                pastReads.AnswerAsync(http, nameof(ReviewHistory), reviews => page(Math.Min(prices, reviews)), ct), ct);
        return answer is IStatusCodeHttpResult { StatusCode: StatusCodes.Status503ServiceUnavailable } and not HtmlResult ? Behind : answer;
    }

    private static HtmlResult Behind { get; } = HtmlResult.Page(
        Layout.Message("Not yet", "The history has not caught up with the latest changes. Load the page again in a moment."),
        StatusCodes.Status503ServiceUnavailable);
}
