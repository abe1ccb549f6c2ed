using System.Text;
using Marketplace.Operations.Metrics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Wolverine.Http;

namespace Marketplace.Operations;

/// <summary>GET of the program's metrics.</summary>
[Tags("Operations")]
public static class GetMetricsEndpoint
{
    /// <summary>What the program and its frameworks count, in the text format of Prometheus. It is never kept waiting by other requests.</summary>
    [ProducesResponseType<string>(200, "text/plain")]
    [WolverineGet("/metrics"), DisableRateLimiting]
    public static async Task<IResult> Get(MetricsCollector metrics, ProjectionGauges projections, CancellationToken ct)
    {
        await projections.ReadAsync(ct);
        return Results.Bytes(Encoding.UTF8.GetBytes(TextFormat.Write(metrics.Now())), TextFormat.ContentType);
    }
}
