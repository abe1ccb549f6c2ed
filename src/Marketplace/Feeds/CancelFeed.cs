using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Feeds;

/// <summary>DELETE of a feed: what has been applied of it stays.</summary>
[Tags("Feeds")]
public static class CancelFeedEndpoint
{
    /// <summary>Cancels what has not been applied; 204, and 204 again. Once it has answered nothing more is applied. A feed that is done stays done.</summary>
    [ProducesResponseType(204), Refuses(404, 412)]
    [WolverineDelete("/v1/sellers/{sellerId}/feeds/{feedId}")]
    public static async Task<IResult> Delete(string sellerId, string feedId, HttpContext http, [FromServices] FeedQueries feeds,
        [FromServices] Positions positions, CancellationToken ct)
    {
        if (!ETags.TryPrecondition(http.Request.Headers, out var precondition, out var badHeader))
            return Refusal.Invalid(badHeader!, "must be a list of entity tags such as \"3\", or *.").ToResult();
        if (await feeds.CancelAsync(sellerId, feedId, precondition, ct) is { } refusal) return refusal.ToResult();
        if (await feeds.FindAsync(sellerId, feedId, ct) is not { } feed) return FeedRefusals.Unknown.ToResult();
        return Answer.NoContent(Math.Max(await positions.CompleteAsync(ct), feed.Position), ETags.Of(feed.Version));
    }
}
