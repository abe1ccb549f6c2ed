using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Wolverine.Http;

namespace Marketplace.Reviews;

/// <summary>GET of what a product's reviews come to.</summary>
[Tags("Reviews")]
public static class GetReviewSummaryEndpoint
{
    /// <summary>
    /// Count, rated count, average and histogram of the product's visible reviews: now, at an instant (<c>asOf</c>, effective time) or at a
    /// position. An instant or position not reached yet is 400.
    /// </summary>
    [WolverineGet("/v1/products/{productId}/reviews/summary")]
    public static Task<IResult> Get(string productId, string? asOf, string? atPosition, HttpContext http, Reads reads, AsyncReads asyncReads,
        ReviewQueries reviews, ReviewHistoryQueries history, KnownStreams streams, TimeProvider clock, CancellationToken ct)
    {
        var query = new Query();
        var (instant, position) = (query.Instant("asOf", asOf), query.Position("atPosition", atPosition));
        if (asOf is not null && atPosition is not null) query.Wrong("atPosition", "cannot be given together with asOf.");
        if (instant > clock.GetUtcNow()) query.Wrong("asOf", "has not been reached yet.");
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());

        async Task<IResult> AnswerAsync(long complete, Func<Task<ReviewSummary>> summary) =>
            await streams.ContainAsync(StreamKeys.Product(productId), ct) ? Answer.Ok(await summary(), complete) : ReviewAnswers.NoProduct.ToResult();

        if (instant is { } at)
            return asyncReads.AnswerAsync(http, ReviewHistory.Name, complete => AnswerAsync(complete, () => history.SummaryAsync(productId, at, ct)), ct);
        if (position is { } wanted)
            return asyncReads.AnswerAsync(http, ReviewHistory.Name, complete => wanted <= complete
                ? AnswerAsync(complete, () => history.SummaryAsync(productId, wanted, ct))
                : Task.FromResult(Refusal.Invalid("atPosition", "has not been reached yet.").ToResult()), ct);
        return reads.AnswerAsync(http, complete => AnswerAsync(complete, () => reviews.SummaryAsync(productId, ct)), ct);
    }
}
