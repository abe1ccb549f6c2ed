using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>Writes refusals as RFC 9457 problem details, the one form in which this program says no.</summary>
public static class Problems
{
    /// <summary>The media type of problem details.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>Seconds after which a caller who was told 503 may try again.</summary>
    public const int RetryAfterSeconds = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        DictionaryKeyPolicy = null,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private sealed record Problem(string Type, string Title, int Status, string Detail, string? TraceId, IReadOnlyDictionary<string, string[]>? Errors);

    /// <summary>The refusal as an endpoint's result.</summary>
    public static IResult ToResult(this Refusal refusal) => new Result(refusal);

    /// <summary>Writes the refusal as the answer to a request that has no answer yet.</summary>
    public static Task WriteAsync(HttpContext http, Refusal refusal)
    {
        var response = http.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        if ((refusal.RetryAfterSeconds ?? (refusal.Status == StatusCodes.Status503ServiceUnavailable ? RetryAfterSeconds : null)) is { } seconds)
            response.Headers.RetryAfter = $"{seconds}";
        if (HttpMethods.IsHead(http.Request.Method)) return Task.CompletedTask;
        var problem = new Problem($"urn:marketplace:problem:{refusal.Code}", Title(refusal.Status), refusal.Status, refusal.Detail,
            System.Diagnostics.Activity.Current?.TraceId.ToHexString(), refusal.Errors);
        return response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(problem, Json), http.RequestAborted).AsTask();
    }

    private static string Title(int status) => status switch
    {
        400 => "Bad request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        406 => "Not acceptable",
        408 => "Request timeout",
        409 => "Conflict",
        412 => "Precondition failed",
        413 => "Content too large",
        415 => "Unsupported media type",
        422 => "Unprocessable content",
        429 => "Too many requests",
        500 => "Internal server error",
        503 => "Service unavailable",
        _ => "Request refused",
    };

    private sealed class Result(Refusal refusal) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => refusal.Status;

        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, refusal);
    }
}
