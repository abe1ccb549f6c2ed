using System.Globalization;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Audit;

/// <summary>GET of what was recorded on one stream.</summary>
[Tags("Audit")]
public static class GetAuditStreamEndpoint
{
    /// <summary>The stream's events in order; the key is URL-encoded: <c>offer%2Fpowells%2Fx1</c>.</summary>
    [ProducesResponseType<Page<AuditEvent>>(200), Refuses(404)]
    [WolverineGet("/v1/audit/streams/{streamKey}")]
    public static Task<IResult> Get(string streamKey, string? limit, string? after, HttpContext http, Reads reads, AuditLog log,
        KnownStreams streams, CancellationToken ct)
    {
        if (AuditedStream.Read(streamKey) is not { } key) return Task.FromResult(Refusal.Invalid("streamKey", AuditedStream.Rule).ToResult());
        var query = new Query();
        var (most, keys) = (query.Limit(limit), query.After(after, AuditLog.StreamList, 2));
        var version = 0L;
        if (keys is not null && (keys[0] != key || !long.TryParse(keys[1], NumberStyles.None, CultureInfo.InvariantCulture, out version)))
            query.Wrong("after", "is not a cursor of this list; use the 'next' of the page before.");
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, async position =>
            await streams.ContainAsync(key, ct)
                ? Answer.Ok(await log.StreamAsync(key, version, most, ct), position)
                : Refusal.NotFound("Nothing is recorded on this stream.").ToResult(), ct);
    }
}
