using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Http;

/// <summary>
/// An endpoint's answer with the headers of the contract: entity tag, position, location. It answers a conditional read whose tag the
/// client already has with 304.
/// </summary>
public sealed class Answer : IResult, IStatusCodeHttpResult
{
    private const string JsonType = "application/json; charset=utf-8";

    private readonly object? _body;
    private readonly int _status;

    private Answer(int status, object? body) => (_status, _body) = (status, body);

    /// <summary>The entity tag in quotes, or null for none.</summary>
    public string? ETag { get; init; }

    /// <summary>The position a write reached or through which a read is complete.</summary>
    public long? Position { get; init; }

    /// <summary>Where a new resource is.</summary>
    public string? Location { get; init; }

    /// <inheritdoc />
    public int? StatusCode => _status;

    /// <summary>200 with a body.</summary>
    public static Answer Ok(object body, long? position = null, string? etag = null) => new(200, body) { Position = position, ETag = etag };

    /// <summary>200 with a body that is JSON already.</summary>
    public static Answer Json(byte[] utf8, long position, string? etag = null) => new(200, utf8) { Position = position, ETag = etag };

    /// <summary>201 with a body.</summary>
    public static Answer Created(string location, object body, long position, string etag) =>
        new(201, body) { Location = location, Position = position, ETag = etag };

    /// <summary>202 with a body: it is kept, and done later.</summary>
    public static Answer Accepted(string location, object body, long position, string etag) =>
        new(202, body) { Location = location, Position = position, ETag = etag };

    /// <summary>200 with plain text.</summary>
    public static Answer Text(string text, long position, string etag) => new(200, text) { Position = position, ETag = etag };

    /// <summary>204.</summary>
    public static Answer NoContent(long position, string etag) => new(204, null) { Position = position, ETag = etag };

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        if (ETag is not null) response.Headers.ETag = ETag;
        if (Position is { } position) response.Headers[ContractHeaders.Position] = position.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (Location is not null) response.Headers.Location = Location;
        if (HttpMethods.IsGet(request.Method))
        {
            // Whoever keeps an answer asks again before using it: prices move.
            response.Headers.CacheControl = "no-cache";
            if (ETag is not null && ETags.IsKnown(request.Headers.IfNoneMatch, ETag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }
        response.StatusCode = _status;
        if (_body is null) return Task.CompletedTask;
        if (_body is string text)
        {
            response.ContentType = "text/plain; charset=utf-8";
            return response.WriteAsync(text, httpContext.RequestAborted);
        }
        if (_body is byte[] utf8)
        {
            response.ContentType = JsonType;
            response.ContentLength = utf8.Length;
            return response.Body.WriteAsync(utf8, httpContext.RequestAborted).AsTask();
        }
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        response.ContentType = JsonType;
        return JsonSerializer.SerializeAsync(response.Body, _body, _body.GetType(), json, httpContext.RequestAborted);
    }
}
