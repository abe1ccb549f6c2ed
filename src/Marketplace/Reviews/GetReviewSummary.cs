using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
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
    [ProducesResponseType<ReviewSummary>(200), Refuses(404)]
    [WolverineGet("/v1/products/{productId}/reviews/summary")]
    public static Task<IResult> Get(string productId, string? asOf, string? atPosition, HttpContext http, Reads reads, AsyncReads pastReads,
        ReviewQueries reviews, ReviewHistoryQueries history, KnownStreams streams, TimeProvider clock, CancellationToken ct)
    {
        var query = new Query();
        var moment = Moment.Read(query, asOf, atPosition, clock);
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return moment is null
            ? reads.AnswerAsync(http, position => AnswerAsync(position, () => reviews.SummaryAsync(productId, ct)), ct)
            : pastReads.AnswerAsync(http, ReviewHistory.Name, moment,
                position => AnswerAsync(position, () => history.SummaryAsync(productId, moment, ct)), ct);

        async Task<IResult> AnswerAsync(long position, Func<Task<ReviewSummary>> read) =>
            await streams.ContainAsync(StreamKeys.Product(productId), ct) ? Answer.Ok(await read(), position) : ReviewAnswers.NoProduct.ToResult();
    }
}
