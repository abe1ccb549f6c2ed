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

    /// <summary>Whose offer a stream is of, and which.</summary>
    public static (string SellerId, string Sku) OfOffer(string key)
    {
        var (first, last) = (key.IndexOf('/', StringComparison.Ordinal), key.LastIndexOf('/'));
        return (key[(first + 1)..last], key[(last + 1)..]);
    }

    /// <summary>The kind of a stream, with which its key begins: <c>offer</c> of <c>offer/powells/sku-1</c>.</summary>
    public static string KindOf(string key) => key[..key.IndexOf('/', StringComparison.Ordinal)];
}
