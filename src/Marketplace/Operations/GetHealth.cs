using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Wolverine.Http;

namespace Marketplace.Operations;

/// <summary>GET of whether the process answers.</summary>
[Tags("Health")]
public static class GetLivenessEndpoint
{
    /// <summary>200 as long as the process answers at all: restart it when it does not.</summary>
    [ProducesResponseType<Dictionary<string, string>>(200)]
    [WolverineGet("/health/live"), DisableRateLimiting]
    public static IResult Get(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new Dictionary<string, string> { ["status"] = "live" });
    }
}

/// <summary>GET of whether requests can be served.</summary>
[Tags("Health")]
public static class GetReadinessEndpoint
{
    /// <summary>200 while the database is reachable, the schema current and every read model within its lag bound; else 503, by check.</summary>
    [ProducesResponseType<ReadinessView>(200), ProducesResponseType<ReadinessView>(503)]
    [WolverineGet("/health/ready"), DisableRateLimiting]
    public static async Task<IResult> Get(HttpContext http, Readiness readiness, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var view = await readiness.CheckAsync(ct);
        return Results.Json(view, statusCode: view.Status == "ready" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
