using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Http;

/// <summary>
/// An answer as NDJSON, in constant memory: a page of it at a time is written into one buffer, which is then sent as fast as the reader
/// takes it. While a slow reader is waited for, no connection and no snapshot of the database is held.
/// </summary>
public abstract partial class Ndjson(ILogger log, long position) : IResult
{
    /// <summary>The media type: JSON values, one a line.</summary>
    public const string MediaType = "application/x-ndjson";

    /// <summary>How many bytes a page may have before it is sent, give or take one line.</summary>
    public const int PageBytes = 256 * 1024;

    // What is handed to the server at a time; it waits until the reader has taken most of what came before.
    private const int ChunkBytes = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _page = new(64 * 1024);

    /// <summary>The entity tag in quotes, or null for none.</summary>
    public string? ETag { get; init; }

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, ct) = (httpContext.Response, httpContext.RequestAborted);
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        response.Headers[ContractHeaders.Position] = position.ToString(CultureInfo.InvariantCulture);
        response.Headers.CacheControl = ETag is null ? "no-store" : "no-cache";
        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
            if (ETags.IsKnown(httpContext.Request.Headers.IfNoneMatch, ETag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = MediaType;
        await response.StartAsync(ct);
        try
        {
            await using var writer = new Utf8JsonWriter(_page, new JsonWriterOptions { Encoder = json.Encoder, SkipValidation = true });
            while (await FillAsync(value => Write(writer, value, json), ct) && await SendAsync(response, ct)) _page.ResetWrittenCount();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            ReaderLeft(log, Place);
        }
    }

    /// <summary>Where it is, for the log: the last position or line that was read.</summary>
    protected abstract long Place { get; }

    /// <summary>Reads the next lines and hands each over; holds neither connection nor snapshot once it has returned.</summary>
    /// <param name="write">Writes a line and says whether there is room for more.</param>
    /// <param name="ct">The reader has gone.</param>
    /// <returns>False when nothing is left.</returns>
    protected abstract Task<bool> FillAsync(Func<object, bool> write, CancellationToken ct);

    private bool Write(Utf8JsonWriter writer, object value, JsonSerializerOptions json)
    {
        JsonSerializer.Serialize(writer, value, value.GetType(), json);
        writer.Flush();
        writer.Reset();
        _page.Write("\n"u8);
        return _page.WrittenCount < PageBytes;
    }

    // False when the reader has left.
    private async Task<bool> SendAsync(HttpResponse response, CancellationToken ct)
    {
        for (var sent = 0; sent < _page.WrittenCount; sent += ChunkBytes)
        {
            var chunk = _page.WrittenMemory.Slice(sent, Math.Min(ChunkBytes, _page.WrittenCount - sent));
            if ((await response.BodyWriter.WriteAsync(chunk, ct)).IsCompleted)
            {
                ReaderLeft(log, Place);
                return false;
            }
        }
        return true;
    }

    [LoggerMessage(LogLevel.Information, "The reader of a stream left before its end; {Place} was on its way")]
    private static partial void ReaderLeft(ILogger log, long place);
}
