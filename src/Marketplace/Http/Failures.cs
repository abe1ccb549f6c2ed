using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.Http;

/// <summary>
/// The last line of defence around the endpoints: what they throw becomes problem details, and so does a bare status of the frameworks. A lost
/// or full database is 503 and worth another try; anything unforeseen is 500, told in the log and not to the caller.
/// </summary>
public sealed partial class Failures(RequestDelegate next, ILogger<Failures> log)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            var response = http.Response;
            if (response.StatusCode >= StatusCodes.Status400BadRequest && IsBare(response)) await Problems.WriteAsync(http, OfStatus(response.StatusCode));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            var refusal = Of(e);
            if (refusal.Status == 500) Unforeseen(log, e, http.Request.Method, http.Request.Path);
            else if (refusal.Status == 503) DatabaseUnavailable(log, e.Message);
            http.Response.Clear();
            // What is still on its way would be taken for the next request.
            if (refusal.Status == StatusCodes.Status408RequestTimeout) http.Response.Headers.Connection = "close";
            await Problems.WriteAsync(http, refusal);
        }
    }

    private static bool IsBare(HttpResponse response) =>
        !response.HasStarted && response.ContentLength is null && string.IsNullOrEmpty(response.ContentType);

    private static Refusal OfStatus(int status) => status switch
    {
        404 => Refusal.NotFound("There is nothing at this path."),
        405 => new Refusal(405, "method-not-allowed", "The resource does not know this method; see the header Allow."),
        406 => new Refusal(406, "not-acceptable", "The resource cannot be had in a form that Accept allows."),
        415 => new Refusal(415, "unsupported-media-type", "The body must be application/json in UTF-8."),
        _ => new Refusal(status, "refused", "The request was refused."),
    };

    private static Refusal Of(Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: 408 } => new Refusal(408, "request-timeout", "The body came too slowly."),
        BadHttpRequestException { StatusCode: 413 } => new Refusal(413, "too-large", "The body is too large."),
        BadHttpRequestException bad => new Refusal(bad.StatusCode, "bad-request", "The request could not be read."),
        _ when DatabaseFailures.KindOf(e) is DatabaseFailure.Lock or DatabaseFailure.Outage => Unavailable,
        _ => new Refusal(500, "unforeseen", "Something went wrong here; the trace id finds it in the log."),
    };

    private static Refusal Unavailable { get; } = new(503, "database-unavailable",
        "The database cannot be reached or cannot take the work just now; try again.");

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private static partial void Unforeseen(ILogger log, Exception e, string method, string path);

    [LoggerMessage(LogLevel.Warning, "The database is not available: {Reason}")]
    private static partial void DatabaseUnavailable(ILogger log, string reason);
}
