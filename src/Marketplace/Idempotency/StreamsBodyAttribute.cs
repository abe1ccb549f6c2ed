using Microsoft.AspNetCore.Http.Metadata;

namespace Marketplace.Idempotency;

/// <summary>
/// Marks an endpoint that reads its body as a stream, because it is too large for memory. The server takes a body of this size for it, and
/// an idempotency key's fingerprint is taken of the body as the endpoint reads it.
/// </summary>
/// <param name="maxBytes">The most bytes of the body.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StreamsBodyAttribute(long maxBytes) : Attribute, IRequestSizeLimitMetadata
{
    /// <summary>The most bytes of the body.</summary>
    public long MaxBytes { get; } = maxBytes;

    /// <inheritdoc />
    public long? MaxRequestBodySize => MaxBytes;
}
