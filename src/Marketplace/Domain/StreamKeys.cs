namespace Marketplace.Domain;

/// <summary>The keys of streams: text that an auditor can read. They are part of the storage format.</summary>
public static class StreamKeys
{
    /// <summary><c>product/{productId}</c></summary>
    public static string Product(string productId) => $"product/{productId}";

    /// <summary><c>offer/{sellerId}/{sku}</c></summary>
    public static string Offer(string sellerId, string sku) => $"offer/{sellerId}/{sku}";

    /// <summary><c>review/{productId}/{reviewerId}</c></summary>
    public static string Review(string productId, string reviewerId) => $"review/{productId}/{reviewerId}";
}
