using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Feeds;

/// <summary>GET of a feed.</summary>
[Tags("Feeds")]
public static class GetFeedEndpoint
{
    /// <summary>How far the feed is. The position covers everything that it has recorded so far.</summary>
    [ProducesResponseType<FeedView>(200), ProducesResponseType(304), Refuses(404)]
    [WolverineGet("/v1/sellers/{sellerId}/feeds/{feedId}")]
    public static Task<IResult> Get(string sellerId, string feedId, HttpContext http, Reads reads, FeedQueries feeds, CancellationToken ct) =>
        reads.AnswerAsync(http, async position =>
            await feeds.FindAsync(sellerId, feedId, ct) is { } feed
                ? Answer.Ok(feed, Math.Max(position, feed.Position), ETags.Of(feed.Version))
                : FeedRefusals.Unknown.ToResult(), ct);
}
