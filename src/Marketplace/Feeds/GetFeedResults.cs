using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Wolverine.Http;

namespace Marketplace.Feeds;

/// <summary>GET of what became of a feed's lines.</summary>
[Tags("Feeds")]
public static class GetFeedResultsEndpoint
{
    /// <summary>
    /// One line per line of the feed in its order, as NDJSON, after a line's number; only those with a status, if one is given. While the
    /// feed runs, those applied so far: to go on, ask for what comes after the last line received.
    /// </summary>
    [ProducesResponseType<LineResult>(200, Ndjson.MediaType), ProducesResponseType(304), Refuses(404, 406)]
    [WolverineGet("/v1/sellers/{sellerId}/feeds/{feedId}/results")]
    public static Task<IResult> Get(string sellerId, string feedId, string? status, string? after, HttpContext http, Reads reads, FeedQueries feeds,
        NpgsqlDataSource db, ILogger<FeedResults> log, CancellationToken ct)
    {
        if (!Accepts.Allows(http.Request, Ndjson.MediaType)) return Task.FromResult(NotAcceptable.ToResult());
        var query = new Query();
        var (only, line) = (query.Word<LineOutcome>("status", status), query.Position("after", after) ?? 0);
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, async position =>
        {
            if (await feeds.FindAsync(sellerId, feedId, ct) is not { } feed) return FeedRefusals.Unknown.ToResult();
            var from = (int)Math.Min(line, FeedLimits.MostLines);
            return new FeedResults(db, log, sellerId, feed, from, only, Math.Max(position, feed.Position)) { ETag = ETags.Of(feed.Version) };
        }, ct);
    }

    private static Refusal NotAcceptable { get; } =
        new(406, "not-acceptable", $"Results are {Ndjson.MediaType}, one line's result a line, and nothing else.");
}
