using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Marketplace.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Audit;

/// <summary>
/// The log as NDJSON, in constant memory: a page of it at a time is written into one buffer, which is then sent as fast as the reader
/// takes it. While a slow reader is waited for, no connection and no snapshot of the database is held.
/// </summary>
public sealed partial class AuditStreaming(AuditLog audit, ILogger<AuditStreaming> log, long after, long through, long most) : IResult
{
    /// <summary>The media type: JSON values, one a line.</summary>
    public const string MediaType = "application/x-ndjson";

    /// <summary>The most events read at a time.</summary>
    public const int PageSize = 2_000;

    /// <summary>How many bytes a page may have before it is sent, give or take one event.</summary>
    public const int PageBytes = 1024 * 1024;

    // What is handed to the server at a time; it waits until the reader has taken most of what came before.
    private const int ChunkBytes = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _page = new(64 * 1024);
    private long _last = after;
    private long _left = most;

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, ct) = (httpContext.Response, httpContext.RequestAborted);
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers[ContractHeaders.Position] = through.ToString(CultureInfo.InvariantCulture);
        await response.StartAsync(ct);
        try
        {
            while (await FillAsync(json, ct))
            {
                if (!await SendAsync(response, ct)) break;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            ReaderLeft(log, _last);
        }
    }

    // One page into the buffer; false at the end of the log or of what was asked for.
    private async Task<bool> FillAsync(JsonSerializerOptions json, CancellationToken ct)
    {
        _page.ResetWrittenCount();
        if (_left == 0 || _last >= through) return false;
        await using var writer = new Utf8JsonWriter(_page, new JsonWriterOptions { Encoder = json.Encoder, SkipValidation = true });
        await audit.ReadAsync(_last, through, (int)Math.Min(_left, PageSize), e =>
        {
            JsonSerializer.Serialize(writer, e, json);
            writer.Flush();
            writer.Reset();
            _page.Write("\n"u8);
            _last = e.Position;
            _left--;
            return _page.WrittenCount < PageBytes;
        }, ct);
        return _page.WrittenCount > 0;
    }

    // False when the reader has left.
    private async Task<bool> SendAsync(HttpResponse response, CancellationToken ct)
    {
        for (var sent = 0; sent < _page.WrittenCount; sent += ChunkBytes)
        {
            var chunk = _page.WrittenMemory.Slice(sent, Math.Min(ChunkBytes, _page.WrittenCount - sent));
            if ((await response.BodyWriter.WriteAsync(chunk, ct)).IsCompleted)
            {
                ReaderLeft(log, _last);
                return false;
            }
        }
        return true;
    }

    [LoggerMessage(LogLevel.Information, "The reader of the log left before its end; position {Position} was on its way")]
    private static partial void ReaderLeft(ILogger log, long position);
}
