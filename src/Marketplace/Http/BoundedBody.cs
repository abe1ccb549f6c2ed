using System.Buffers;

namespace Marketplace.Http;

/// <summary>Reads a request's body whole, up to a limit.</summary>
public static class BoundedBody
{
    /// <summary>The body, to be read from its beginning; null when it is larger than the limit.</summary>
    /// <exception cref="BadHttpRequestException">The body breaks off, comes too slowly or is larger than the server takes.</exception>
    public static async Task<MemoryStream?> ReadAsync(HttpRequest request, int mostBytes, CancellationToken ct)
    {
        if (request.ContentLength > mostBytes) return null;
        var body = new MemoryStream(request.ContentLength is { } length ? (int)length : 1024);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
            {
                if (body.Length + read > mostBytes) return null;
                body.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        body.Position = 0;
        return body;
    }
}
