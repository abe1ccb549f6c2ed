using System.Threading.RateLimiting;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Identity;
using Marketplace.Telemetry;
using Microsoft.AspNetCore.RateLimiting;

namespace Marketplace.Limits;

/// <summary>Requests per caller, through ASP.NET Core's rate limiter: a token bucket for each of <see cref="CallerBucket"/>.</summary>
public static class CallerLimit
{
    /// <summary>Seconds after which a refused caller may try again, at the least.</summary>
    public const int LeastRetryAfterSeconds = 1;

    private const int PeriodsPerSecond = 10;

    /// <summary>Sets the rate limiter up; with <see cref="LimitSettings.RequestsPerSecond"/> of 0 there is none.</summary>
    public static void Configure(RateLimiterOptions options, LimitSettings limits)
    {
        if (limits[LimitSettings.RequestsPerSecond] == 0) return;
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = (context, _) => new ValueTask(RefuseAsync(context));
        var buckets = limits[LimitSettings.CallerBuckets];
        var bucket = Bucket(limits);
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, CallerBucket>(http =>
            RateLimitPartition.GetTokenBucketLimiter(CallerBucket.Of(BearerResult.Of(http).Bearer, http.Connection.RemoteIpAddress, buckets), _ => bucket));
    }

    private static TokenBucketRateLimiterOptions Bucket(LimitSettings limits)
    {
        var perSecond = (int)limits[LimitSettings.RequestsPerSecond];
        // Tokens are whole: rates that no tenth of a second divides are filled up once a second.
        var smooth = perSecond % PeriodsPerSecond == 0;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = (int)limits[LimitSettings.RequestBurst],
            TokensPerPeriod = smooth ? perSecond / PeriodsPerSecond : perSecond,
            ReplenishmentPeriod = smooth ? TimeSpan.FromSeconds(1) / PeriodsPerSecond : TimeSpan.FromSeconds(1),
            // Who is over the limit is told so at once; a queue would only hide it.
            QueueLimit = 0,
        };
    }

    private static Task RefuseAsync(OnRejectedContext context)
    {
        context.HttpContext.RequestServices.GetRequiredService<ProgramMetrics>().RefusedForRate();
        var seconds = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? (int)Math.Ceiling(wait.TotalSeconds) : 0;
        context.HttpContext.Response.Headers.RetryAfter = $"{Math.Max(seconds, LeastRetryAfterSeconds)}";
        return Problems.WriteAsync(context.HttpContext, new Refusal(429, "too-many-requests",
            "This caller sends more requests than it may; Retry-After says in how many seconds the next one is taken."));
    }
}
