using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Audit;

/// <summary>GET of the whole log.</summary>
[Tags("Audit")]
public static class GetAuditEventsEndpoint
{
    /// <summary>
    /// The log in order as NDJSON, one event a line, after a position; without <c>limit</c> up to its present end. To resume, ask for what
    /// comes after the last position received: what was still being written then is not passed over.
    /// </summary>
    [ProducesResponseType<AuditEvent>(200, Ndjson.MediaType), Refuses(406)]
    [WolverineGet("/v1/audit/events")]
    public static Task<IResult> Get(
        string? after, string? limit, HttpContext http, Reads reads, AuditLog log,
        ILogger<AuditStreaming> logger, CancellationToken ct)
    {
        if (!Accepts.Allows(http.Request, Ndjson.MediaType))
            return Task.FromResult(NotAcceptable.ToResult());
        var query = new Query();
        var (from, most) = (query.Position("after", after) ?? 0, query.LimitOrAll(limit) ?? long.MaxValue);
        if (query.Refusal is { } refusal) return Task.FromResult(refusal.ToResult());
        return reads.AnswerAsync(http, complete => Task.FromResult<IResult>(new AuditStreaming(log, logger, from, complete, most)), ct);
    }

    private static Refusal NotAcceptable { get; } =
        new(406, "not-acceptable", $"The log is {Ndjson.MediaType}, one event a line, and nothing else.");
}
