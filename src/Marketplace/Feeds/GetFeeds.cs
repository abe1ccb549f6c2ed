using System.Globalization;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Feeds;

/// <summary>GET of a seller's feeds.</summary>
[Tags("Feeds")]
public static class GetFeedsEndpoint
{
    /// <summary>The seller's feeds, the newest first.</summary>
    [ProducesResponseType<Page<FeedView>>(200)]
    [WolverineGet("/v1/sellers/{sellerId}/feeds")]
    public static Task<IResult> Get(string sellerId, string? limit, string? after, HttpContext http, Reads reads, FeedQueries feeds, CancellationToken ct)
    {
        var query = new Query();
        var (most, keys) = (query.Limit(limit), query.After(after, FeedQueries.List, 1));
        var before = long.MaxValue;
        if (keys is not null && !long.TryParse(keys[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
            query.Wrong("after", "is not a cursor of this list; use the 'next' of the page before.");
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, async position => Answer.Ok(await feeds.OfSellerAsync(sellerId, before, most, ct), position), ct);
    }
}
