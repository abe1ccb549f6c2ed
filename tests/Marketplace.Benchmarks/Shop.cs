using System.Text;

namespace Marketplace.Benchmarks;

/// <summary>The shop that rows are measured on, and the requests about it: 500 products with 4 offers each, of 20 sellers.</summary>
internal static class Shop
{
    public const int ProductCount = 500;
    public const int OffersPerProduct = 4;
    public const int SellerCount = 20;

    private static readonly string[] ListingTypes = ["zShops", "used", "zShops", "used"];

    /// <summary>Every offer; its place among those of its product decides its listing type and first price.</summary>
    public static IEnumerable<(string Seller, string Sku, string Product, int Place)> All =>
        from product in Enumerable.Range(0, ProductCount)
        from place in Enumerable.Range(0, OffersPerProduct)
        select ($"seller-{((product * OffersPerProduct) + place) % SellerCount:00}", $"sku-{product:0000}-{place}", Product(product), place);

    public static IEnumerable<string> Products() =>
        from product in Enumerable.Range(0, ProductCount)
        select PutProduct(Product(product));

    public static IEnumerable<string> Offers() =>
        from offer in All
        select PutOffer(offer.Seller, offer.Sku, offer.Product, ListingTypes[offer.Place], 20 + offer.Place);

    /// <summary>A repricing of every offer, at a price yet to be chosen.</summary>
    /// <param name="prefix">What stands before the application's path.</param>
    public static string[] Repricings(string prefix = "") =>
        [.. All.Select(offer => RepriceOffer(offer.Seller, offer.Sku, prefix))];

    /// <summary>A repricing of every offer of one seller.</summary>
    public static IEnumerable<string> RepricingsOf(string sellerId) =>
        from offer in All
        where offer.Seller == sellerId
        select RepriceOffer(offer.Seller, offer.Sku);

    /// <summary>A reading of the lowest prices of every product.</summary>
    public static string[] LowestPrices(string prefix = "") =>
        [.. Enumerable.Range(0, ProductCount).Select(product => Get($"{prefix}/v1/products/{Product(product)}/lowest-prices"))];

    public static string Get(string path) => Request("GET", path, null, null);

    /// <summary>The whole log, or the part of it that a query asks for.</summary>
    public static string GetLog(string query) => Request("GET", $"/v1/audit/events{query}", Tokens.Of("auditor", "benchmark"), null);

    public static string PutProduct(string productId) =>
        Request("PUT", $"/v1/products/{productId}", Tokens.Of("catalog", "benchmark"), $$"""{"title":"The Art of War, {{productId}}","author":"Sun Tzu"}""");

    public static string PutOffer(string sellerId, string sku, string productId, string listingType, decimal price) =>
        Request("PUT", $"/v1/sellers/{sellerId}/offers/{sku}", Tokens.Of("seller", sellerId),
            $$$"""
            {"productId":"{{{productId}}}","listingType":"{{{listingType}}}","condition":"good","price":{"amount":{{{price}}},"currency":"USD"},"quantity":5}
            """);

    public static string RepriceOffer(string sellerId, string sku, string prefix = "") =>
        Reprice($"{prefix}/v1/sellers/{sellerId}/offers/{sku}", sellerId);

    public static string Reprice(string path, string sellerId) =>
        Request("PATCH", path, Tokens.Of("seller", sellerId),
            $$$"""{"price":{"amount":{{{Load.LoadPlan.PriceMark}}},"currency":"USD"}}""");

    public static string Product(int number) => $"product-{number:000}";

    private static string Request(string method, string path, string? token, string? body)
    {
        var request = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (token is not null)
            request.Append($"Authorization: Bearer {token}\r\n");
        if (body is not null)
            request.Append($"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        return request.Append("\r\n").Append(body).ToString();
    }
}
