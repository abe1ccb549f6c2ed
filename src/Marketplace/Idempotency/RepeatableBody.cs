using System.Buffers;
using System.Security.Cryptography;
using Marketplace.Http;

namespace Marketplace.Idempotency;

/// <summary>
/// The body of a keyed request. An ordinary one is in memory, known from the start, and can be read again. A streamed one is known once
/// somebody has read it to its end: its endpoint, or, when the request may be a repeat, nobody but the hash.
/// </summary>
public sealed class RepeatableBody : IAsyncDisposable
{
    private readonly HttpRequest _request;
    private readonly KeyedRequest _keyed;
    private readonly MemoryStream? _memory;
    private readonly HashingBody? _streamed;
    private readonly long _mostBytes;

    /// <summary>A body that is streamed.</summary>
    public RepeatableBody(HttpRequest request, KeyedRequest keyed, long mostBytes)
    {
        (_request, _keyed, _mostBytes) = (request, keyed, mostBytes);
        _request.Body = _streamed = new HashingBody(request.Body, keyed.BodyIs);
    }

    private RepeatableBody(HttpRequest request, KeyedRequest keyed, MemoryStream memory) => (_request, _keyed, _memory) = (request, keyed, memory);

    /// <summary>Whether the endpoint can be run again.</summary>
    public bool CanRepeat => _memory is not null;

    /// <summary>Reads an ordinary body; null when it is larger than a body may be.</summary>
    public static async Task<RepeatableBody?> ReadAsync(HttpRequest request, KeyedRequest keyed, CancellationToken ct)
    {
        if (await BoundedBody.ReadAsync(request, RequestShape.MaxBody, ct) is not { } memory) return null;
        keyed.BodyIs(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        return new RepeatableBody(request, keyed, memory);
    }

    /// <summary>Reads what has not been read yet, to know the request by it; nothing of it is stored.</summary>
    /// <returns>False when the body is larger than a body may be.</returns>
    public async Task<bool> IsKnownAsync(CancellationToken ct)
    {
        if (_keyed.IsRead) return true;
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var total = 0L;
            for (int read; (read = await _streamed!.ReadAsync(buffer, ct)) > 0;)
            {
                if ((total += read) > _mostBytes) return false;
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lets an ordinary body be read from its beginning.</summary>
    public void Rewind()
    {
        if (_memory is null) return;
        // Another stream each time: the server would go on with the reader that it made for this one.
        _request.Body = new MemoryStream(_memory.GetBuffer(), 0, (int)_memory.Length, writable: false, publiclyVisible: true);
        _request.ContentLength ??= _memory.Length;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _streamed?.DisposeAsync() ?? ValueTask.CompletedTask;
}
