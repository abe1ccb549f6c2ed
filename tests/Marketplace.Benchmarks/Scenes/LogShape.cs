namespace Marketplace.Benchmarks.Scenes;

/// <summary>How many events a made log has, and about what.</summary>
/// <param name="Name">What its database is called.</param>
/// <param name="Events">All of them: products listed, offers posted, then a mix.</param>
/// <param name="Offers">Offers posted.</param>
/// <param name="Products">Products listed.</param>
/// <param name="HotOffers">Offers of the one product that every fifth of the later offer events is about; 0: there is no such product.</param>
internal sealed record LogShape(string Name, int Events, int Offers, int Products, int HotOffers)
{
    /// <summary>The sellers of all offers.</summary>
    public const int Sellers = 20;

    /// <summary>The id of the hot product.</summary>
    public const string HotProduct = "book-0";

    /// <summary>A shop that has been in business: mostly repricings, some restocks, pauses, reviews and votes.</summary>
    public static LogShape Lively(int events)
    {
        var offers = Math.Min(20_000, events / 20);
        return new($"lively_{events}", events, offers, offers / 10, offers / 100);
    }

    /// <summary>A shop that has just posted its offers, four to a product.</summary>
    public static LogShape JustPosted(int offers) => new($"posted_{offers}", offers + (offers / 4), offers, offers / 4, 0);

    /// <summary>The requests that reprice this many of the offers, spread over all of them.</summary>
    public IEnumerable<string> Repricings(int count) =>
        Spread(count, Offers).Select(n => Shop.RepriceOffer($"seller-{n % Sellers}", $"sku-{n}"));

    /// <summary>The requests for the lowest prices of this many of the products, spread over all of them.</summary>
    public IEnumerable<string> LowestPrices(int count) =>
        Spread(count, Products).Select(n => Shop.Get($"/v1/products/book-{n}/lowest-prices"));

    private static IEnumerable<int> Spread(int count, int all) =>
        Enumerable.Range(0, Math.Min(count, all)).Select(i => (int)((long)i * all / Math.Min(count, all)));
}
