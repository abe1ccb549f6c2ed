using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Wolverine.Http;

internal static class JsonBody
{
    // When the body cannot be read, the answer has been written and the endpoint does not run.
    internal static async ValueTask<(bool Read, T? Body)> ReadAsync<T>(HttpContext context, JsonSerializerOptions options)
    {
        if (!IsJson(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return default;
        }
        if (!AcceptsJson(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status406NotAcceptable;
            return default;
        }
        try
        {
            return (true, await JsonSerializer.DeserializeAsync<T>(context.Request.Body, options, context.RequestAborted));
        }
        catch (JsonException malformed)
        {
            await Malformed(context, malformed).ExecuteAsync(context);
        }
        catch (OperationCanceledException)
        {
            // The caller has gone: no status reaches anyone, and none is an error of the server's.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (Exception unreadable) when (unreadable is IOException or NotSupportedException or InvalidOperationException)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(JsonBody).FullName!)
                .LogDebug(unreadable, "The body of a request to {Path} could not be read", context.Request.Path);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        return default;
    }

    private static IResult Malformed(HttpContext context, JsonException malformed) => Results.Problem(new()
    {
        Type = "https://httpstatuses.com/400",
        Title = "Invalid JSON format",
        Status = StatusCodes.Status400BadRequest,
        Detail = malformed.Message,
        Instance = context.Request.Path,
        Extensions =
        {
            ["lineNumber"] = malformed.LineNumber ?? 0,
            ["bytePositionInLine"] = malformed.BytePositionInLine ?? 0,
        },
    });

    private static bool IsJson(string? contentType) =>
        string.IsNullOrEmpty(contentType)
        || contentType.StartsWith("application/json", StringComparison.Ordinal)
        || contentType.StartsWith("text/json", StringComparison.Ordinal)
        || contentType.Contains("*/*", StringComparison.Ordinal)
        || contentType.Contains("+json", StringComparison.Ordinal);

    private static bool AcceptsJson(HttpRequest request)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0 || !MediaTypeHeaderValue.TryParseList(header, out var accepted) || accepted.Count == 0)
            return true;
        return accepted.Any(x => x.MediaType.Value is "application/json" or "application/problem+json" or "*/*" or "text/json"
            || x.MediaType.Value?.Contains("+json", StringComparison.Ordinal) == true);
    }
}
