using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

/// <summary>Offers in short.</summary>
public static class Given
{
    /// <summary>Terms as a PUT's body.</summary>
    public static object Terms(string productId, decimal price, decimal? shipping = null, int quantity = 1, string listingType = "used",
        string condition = "good", string currency = "USD", string? conditionNote = null) => new
        {
            productId,
            listingType,
            condition,
            conditionNote,
            price = new { amount = price, currency },
            shipping = shipping is { } amount ? new { amount, currency } : null,
            quantity,
        };

    /// <summary>Where an offer is.</summary>
    public static string Offer(string sellerId, string sku = "sku-1") => $"/v1/sellers/{sellerId}/offers/{sku}";

    /// <summary>Lists a product and posts one offer for it, by a seller of its own.</summary>
    public static async Task<(string Product, string Seller, string Url)> OfferAsync(this Api api, decimal price = 20m, int quantity = 1)
    {
        var (product, seller) = (await api.NewProductAsync(), MarketplaceFixture.NewId("seller"));
        (await api.PutAsync(Offer(seller), Terms(product, price, quantity: quantity))).ShouldBe(201);
        return (product, seller, Offer(seller));
    }

    /// <summary>How many events a stream has.</summary>
    public static Task<long> EventsAsync(this MarketplaceFixture app, string key) =>
        app.Database.ScalarAsync<long>("select count(*) from marketplace.mt_events where stream_id = $1", key);

    /// <summary>How many events there are.</summary>
    public static Task<long> EventsAsync(this MarketplaceFixture app) => app.Database.ScalarAsync<long>("select count(*) from marketplace.mt_events");
}
