using Marketplace.Domain;

namespace Marketplace.Audit;

/// <summary>Reads the key of a stream from a segment of a path, where its slashes are written <c>%2F</c>.</summary>
public static class AuditedStream
{
    /// <summary>The rule in words, for error texts.</summary>
    public const string Rule = "must be a stream's key, URL-encoded: product%2F{productId}, offer%2F{sellerId}%2F{sku} or review%2F{productId}%2F{reviewerId}.";

    /// <summary>The key, or null when the segment names none.</summary>
    public static string? Read(string segment)
    {
        // Ids hold no percent sign, so a slash is the only character that can still be encoded here.
        var key = segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return key.Split('/') switch
        {
            ["product", var productId] when Id.IsValid(productId) => key,
            ["offer", var sellerId, var sku] when Id.IsValid(sellerId) && Id.IsValid(sku) => key,
            ["review", var productId, var reviewerId] when Id.IsValid(productId) && Id.IsValid(reviewerId) => key,
            _ => null,
        };
    }
}
