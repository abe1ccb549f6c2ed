using System.Threading.RateLimiting;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Telemetry;
using Microsoft.AspNetCore.RateLimiting;

namespace Marketplace.Limits;

/// <summary>
/// Bounds the requests worked on at once and the queue before them. Beyond that a request is refused with 503 before anything is read of
/// it: a server with more work than it can do stays one that does what it can. Health and metrics are never kept waiting.
/// </summary>
public sealed class Admission : IDisposable
{
    /// <summary>The longest that a request waits for its turn: 5 seconds.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly RequestDelegate _next;
    private readonly ProgramMetrics _metrics;
    private readonly ConcurrencyLimiter? _turns;

    /// <summary>Reads the limits.</summary>
    public Admission(RequestDelegate next, LimitSettings limits, ProgramMetrics metrics)
    {
        (_next, _metrics) = (next, metrics);
        if (limits[LimitSettings.ConcurrentRequests] is var most and > 0)
            _turns = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
            {
                PermitLimit = (int)most,
                QueueLimit = (int)limits[LimitSettings.QueuedRequests],
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            });
    }

    /// <summary>Runs the rest of the pipeline when it is the request's turn.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        if (_turns is null || http.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            await _next(http);
            return;
        }
        using var turn = _turns.AttemptAcquire() is { IsAcquired: true } atOnce ? atOnce : await WaitAsync(_turns, http);
        if (turn.IsAcquired)
        {
            await _next(http);
            return;
        }
        _metrics.RefusedForOverload();
        await Problems.WriteAsync(http, new Refusal(503, "overloaded", "There is more work here than can be done just now; try again."));
    }

    /// <inheritdoc />
    public void Dispose() => _turns?.Dispose();

    private static async Task<RateLimitLease> WaitAsync(ConcurrencyLimiter turns, HttpContext http)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        patience.CancelAfter(LongestWait);
        try
        {
            return await turns.AcquireAsync(1, patience.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Asking for nothing when nothing is left is answered with no.
            return turns.AttemptAcquire(0);
        }
    }
}
