using Marketplace.Limits;

namespace Marketplace.Http;

/// <summary>Reads a request's body whole, up to a limit of bytes and of time.</summary>
public static class BoundedBody
{
    /// <summary>The body, to be read from its beginning; null when it is larger than the limit.</summary>
    /// <exception cref="BadHttpRequestException">
    /// The body breaks off, comes too slowly (408, after <see cref="LimitSettings.BodySeconds"/>) or is larger than the server takes.
    /// </exception>
    public static async Task<MemoryStream?> ReadAsync(HttpRequest request, int mostBytes, CancellationToken ct)
    {
        if (request.ContentLength > mostBytes) return null;
        var body = new MemoryStream(request.ContentLength is { } length ? (int)length : 1024);
        var reader = request.BodyReader;
        CancellationTokenSource? deadline = null;
        try
        {
            while (true)
            {
                // Most bodies have arrived together with the headers; only those that have not are put under a deadline.
                if (!reader.TryRead(out var read)) read = await reader.ReadAsync((deadline ??= Deadline(request, ct)).Token);
                var bytes = read.Buffer;
                var fits = body.Length + bytes.Length <= mostBytes;
                if (fits)
                    foreach (var part in bytes) body.Write(part.Span);
                reader.AdvanceTo(bytes.End);
                if (!fits) return null;
                if (!read.IsCompleted) continue;
                body.Position = 0;
                return body;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body did not arrive in time.", StatusCodes.Status408RequestTimeout);
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    private static CancellationTokenSource Deadline(HttpRequest request, CancellationToken ct)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        source.CancelAfter(request.HttpContext.RequestServices.GetRequiredService<LimitSettings>().Time(LimitSettings.BodySeconds));
        return source;
    }
}
