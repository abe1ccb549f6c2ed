using System.Globalization;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Pricing;

/// <summary>Offers on a product of its own posted and priced in a line each; their sku is the product's id, so that no two shops share an offer.</summary>
public sealed class Shop(Api api, string productId)
{
    public string ProductId => productId;

    public static async Task<Shop> OpenAsync(MarketplaceFixture app) => new(app.Api, await app.Api.NewProductAsync());

    public Task<Answered> PutAsync(string sellerId, decimal price, decimal shipping = 0, int quantity = 1, string type = "zShops", string condition = "new",
        string currency = "USD", string? sku = null, string? product = null, string? at = null) =>
        api.PutAsync($"/v1/sellers/{sellerId}/offers/{sku ?? productId}", new
        {
            productId = product ?? productId,
            listingType = type,
            condition,
            conditionNote = type == "collectible" ? "signed" : null,
            price = new { amount = price, currency },
            shipping = new { amount = shipping, currency },
            quantity,
        }, Effective(at));

    public Task<Answered> RepriceAsync(string sellerId, decimal price, string? sku = null, string? at = null) =>
        api.PatchAsync($"/v1/sellers/{sellerId}/offers/{sku ?? productId}", new { price = new { amount = price, currency = "USD" } }, Effective(at));

    public Task<Answered> RestockAsync(string sellerId, int quantity, string? sku = null, string? at = null) =>
        api.PatchAsync($"/v1/sellers/{sellerId}/offers/{sku ?? productId}", new { quantity }, Effective(at));

    public Task<Answered> DoAsync(string sellerId, string what, string? sku = null, string? at = null) =>
        api.PostAsync($"/v1/sellers/{sellerId}/offers/{sku ?? productId}/{what}", null, Effective(at));

    public Task<Answered> WithdrawAsync(string sellerId, string? sku = null, string? at = null) =>
        api.DeleteAsync($"/v1/sellers/{sellerId}/offers/{sku ?? productId}", Effective(at));

    public async Task<string> LowestAsync(string query = "") => Words((await api.GetAsync($"/v1/products/{productId}/lowest-prices{query}")).ShouldBe(200).Json);

    public async Task<string> AsOfAsync(string instant) => await LowestAsync($"?asOf={instant}");

    public async Task<string> AtAsync(long position) => await LowestAsync($"?atPosition={position.ToString(CultureInfo.InvariantCulture)}");

    public async Task<JsonArray> StepsAsync(string query = "?listingType=zShops") =>
        (await api.GetAsync($"/v1/products/{productId}/price-history{query}")).ShouldBe(200).Json["items"]!.AsArray();

    /// <summary>An answer of lowest prices in short: type, landed price, currency, seller and count of each item.</summary>
    public static string Words(JsonNode answer) => string.Join("; ", answer["items"]!.AsArray().Select(item =>
        $"{item!["listingType"]} {item["landedPrice"]!["amount"]!.ToJsonString()} {item["landedPrice"]!["currency"]} {item["sellerId"]} of {item["offerCount"]}"));

    private static (string, string)[] Effective(string? at) =>
        at is null ? [] : [("Marketplace-Cause", "correction"), ("Marketplace-Effective-At", at), ("Marketplace-Reason", "told late")];
}
