using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>Every write of the API in every way in which it succeeds, and something that happens to the same resource afterwards.</summary>
public static class EveryWrite
{
    private const string Product = "PUT /v1/products/{productId}";
    private const string Offer = "PUT /v1/sellers/{sellerId}/offers/{sku}";
    private const string Patch = "PATCH /v1/sellers/{sellerId}/offers/{sku}";
    private const string Pause = "POST /v1/sellers/{sellerId}/offers/{sku}/pause";
    private const string Resume = "POST /v1/sellers/{sellerId}/offers/{sku}/resume";
    private const string Withdraw = "DELETE /v1/sellers/{sellerId}/offers/{sku}";
    private const string Submit = "POST /v1/products/{productId}/reviews";
    private const string Vote = "PUT /v1/reviews/{reviewId}/votes/{voterId}";
    private const string Hide = "POST /v1/reviews/{reviewId}/hide";
    private const string Restore = "POST /v1/reviews/{reviewId}/restore";
    private const string WithdrawReview = "DELETE /v1/reviews/{reviewId}";
    private const string Feed = "POST /v1/sellers/{sellerId}/feeds";
    private const string CancelFeed = "DELETE /v1/sellers/{sellerId}/feeds/{feedId}";
    private const string Rebuild = "POST /v1/operations/rebuild/{name}";

    /// <summary>A write, made ready on resources of its own.</summary>
    /// <param name="Ready">Makes ready and gives the write, the status it succeeds with, and how many events it records.</param>
    /// <param name="Later">What happens to the resource afterwards.</param>
    public sealed record Case(string Operation, Func<Api, Task<(Keyed Write, int Status, int Events)>> Ready, Func<Api, string, Task> Later);

    /// <summary>All of them by a name.</summary>
    public static IReadOnlyDictionary<string, Case> All { get; } = new Dictionary<string, Case>
    {
        ["list a product"] = new(Product, _ => Write(Product, $"/v1/products/{MarketplaceFixture.NewId("book")}", new { title = "É \"ü\" <b>" }, 201, 1), Retitle),
        ["revise a product"] = new(Product, async api => (new(Product, await ProductAsync(api), new { title = "Two", author = "A" }), 200, 1), Retitle),
        ["leave a product as it is"] =
            new(Product, async api => (new(Product, await ProductAsync(api), new { title = "The Old Man and the Sea" }), 200, 0), Retitle),
        ["post an offer"] = new(Offer, async api =>
            (new(Offer, Given.Offer(MarketplaceFixture.NewId("seller")), Given.Terms(await api.NewProductAsync(), 20m, 3.5m)), 201, 1), Reprice),
        ["bring an offer to other terms"] = new(Offer, async api =>
        {
            var (product, _, url) = await api.OfferAsync();
            return (new(Offer, url, Given.Terms(product, 19.9m, quantity: 7, conditionNote: "Worn.")), 200, 3);
        }, Reprice),
        ["leave an offer as it is"] = new(Offer, async api =>
        {
            var (product, _, url) = await api.OfferAsync();
            return (new(Offer, url, Given.Terms(product, 20m)), 200, 0);
        }, Reprice),
        ["repost an offer"] = new(Offer, async api =>
        {
            var (_, _, url) = await api.OfferAsync();
            (await api.DeleteAsync(url)).ShouldBe(204);
            return (new(Offer, url, Given.Terms(await api.NewProductAsync(), 2000m, currency: "JPY")), 200, 1);
        }, Withdrawn),
        ["reprice and restock"] = new(Patch, async api =>
            (new(Patch, (await api.OfferAsync()).Url, new { price = new { amount = 18, currency = "USD" }, quantity = 0, reason = "Sale" }), 200, 2), Reprice),
        ["reprice on the version seen"] = new(Patch, async api =>
            (new(Patch, (await api.OfferAsync()).Url, new { price = new { amount = 18, currency = "USD" } }) { Headers = [("If-Match", "\"1\"")] }, 200, 1), Reprice),
        ["correct a price"] = new(Patch, async api =>
        {
            // In effect since before it is recorded, and after the offer was posted.
            var url = (await api.OfferAsync()).Url;
            var at = (string)(await api.GetAsync(url)).Json["priceSince"]!;
            return (new(Patch, url, new { price = new { amount = 18, currency = "USD" } })
            {
                Headers = [("Marketplace-Cause", "correction"), ("Marketplace-Effective-At", at), ("Marketplace-Reference", "#1")],
            }, 200, 1);
        }, Reprice),
        ["leave a price as it is"] =
            new(Patch, async api => (new(Patch, (await api.OfferAsync()).Url, new { price = new { amount = 20, currency = "USD" } }), 200, 0), Reprice),
        ["pause"] = new(Pause, async api => (new(Pause, (await api.OfferAsync()).Url + "/pause"), 200, 1), (api, url) => Reprice(api, url[..^"/pause".Length])),
        ["resume"] = new(Resume, async api =>
        {
            var (_, _, url) = await api.OfferAsync();
            (await api.PostAsync(url + "/pause")).ShouldBe(200);
            return (new(Resume, url + "/resume"), 200, 1);
        }, (api, url) => Withdrawn(api, url[..^"/resume".Length])),
        ["withdraw"] = new(Withdraw, async api => (new(Withdraw, (await api.OfferAsync()).Url), 204, 1), async (api, url) =>
            (await api.PutAsync(url, Given.Terms(await api.NewProductAsync(), 5m))).ShouldBe(200)),
        ["withdraw again"] = new(Withdraw, async api =>
        {
            var (_, _, url) = await api.OfferAsync();
            (await api.DeleteAsync(url)).ShouldBe(204);
            return (new(Withdraw, url), 204, 0);
        }, async (api, url) => (await api.PutAsync(url, Given.Terms(await api.NewProductAsync(), 5m))).ShouldBe(200)),
        ["submit a review"] = new(Submit, async api =>
            (new(Submit, $"/v1/products/{await api.NewProductAsync()}/reviews", Words("ann", 5, "Good")), 201, 1), (api, url) => Revise(api, url, "ann")),
        ["revise a review"] = new(Submit, async api =>
            (new(Submit, $"/v1/products/{(await ReviewAsync(api)).Product}/reviews", Words("ann", null, "Good after all")), 200, 1), (api, url) => Revise(api, url, "ann")),
        ["vote"] = new(Vote, async api => (new(Vote, (await ReviewAsync(api)).Url + "/votes/bob", new { helpful = true }), 200, 1), async (api, url) =>
            (await api.PutAsync(url, new { helpful = false })).ShouldBe(200)),
        ["vote the same"] = new(Vote, async api =>
        {
            var (_, url) = await ReviewAsync(api);
            (await api.PutAsync(url + "/votes/bob", new { helpful = true })).ShouldBe(200);
            return (new(Vote, url + "/votes/bob", new { helpful = true }), 200, 0);
        }, async (api, url) => (await api.PutAsync(url, new { helpful = false })).ShouldBe(200)),
        ["hide"] = new(Hide, async api => (new(Hide, (await ReviewAsync(api)).Url + "/hide", new { reason = "Spam." }), 200, 1), async (api, url) =>
            (await api.PostAsync(url[..^"/hide".Length] + "/restore")).ShouldBe(200)),
        ["restore"] = new(Restore, async api =>
        {
            var (_, url) = await ReviewAsync(api);
            (await api.PostAsync(url + "/hide", new { reason = "Spam." })).ShouldBe(200);
            return (new(Restore, url + "/restore"), 200, 1);
        }, async (api, url) => (await api.DeleteAsync(url[..^"/restore".Length])).ShouldBe(204)),
        ["withdraw a review"] = new(WithdrawReview, async api => (new(WithdrawReview, (await ReviewAsync(api)).Url), 204, 1), async (api, url) =>
            await Revise(api, $"/v1/products/{url["/v1/reviews/".Length..url.IndexOf('~')]}/reviews", "ann")),
        ["upload a feed"] = new(Feed, _ =>
            Write(Feed, $"/v1/sellers/{MarketplaceFixture.NewId("seller")}/feeds", ("""{"op":"pause","sku":"none"}"""u8.ToArray(), "application/x-ndjson"), 202, 0),
            async (api, url) => await FinishedAsync(api, (string)(await api.GetAsync(url)).Json["items"]![0]!["feedId"]!, url)),
        ["cancel a feed"] = new(CancelFeed, async api =>
        {
            var feeds = $"/v1/sellers/{MarketplaceFixture.NewId("seller")}/feeds";
            var feedId = (string)(await api.PostBytesAsync(feeds, "not JSON\n"u8.ToArray(), "application/x-ndjson")).ShouldBe(202).Json["feedId"]!;
            await FinishedAsync(api, feedId, feeds);
            return (new(CancelFeed, $"{feeds}/{feedId}"), 204, 0);
        }, async (api, url) => (await api.GetAsync(url)).ShouldBe(200)),
        ["rebuild"] = new(Rebuild, _ => Write(Rebuild, "/v1/operations/rebuild/Products", null, 200, 0), async (api, _) => await api.NewProductAsync()),
    };

    private static async Task FinishedAsync(Api api, string feedId, string feeds)
    {
        while ((string?)(await api.GetAsync($"{feeds}/{feedId}")).ShouldBe(200).Json["finishedAt"] is null) await Task.Delay(10);
    }

    private static Task<(Keyed, int, int)> Write(string operation, string url, object? body, int status, int events) =>
        Task.FromResult((new Keyed(operation, url, body), status, events));

    private static async Task<string> ProductAsync(Api api) => $"/v1/products/{await api.NewProductAsync()}";

    private static async Task<(string Product, string Url)> ReviewAsync(Api api)
    {
        var product = await api.NewProductAsync();
        (await api.PostAsync($"/v1/products/{product}/reviews", Words("ann", 4, "Good"))).ShouldBe(201);
        return (product, $"/v1/reviews/{product}~ann");
    }

    private static object Words(string reviewerId, int? rating, string title) => new { reviewerId, rating, title, body = "Read it\ntwice. 😀" };

    private static async Task Retitle(Api api, string url) => (await api.PutAsync(url, new { title = "Another", description = "Of another time." })).ShouldBe(200);

    private static async Task Reprice(Api api, string url)
    {
        (await api.PatchAsync(url, new { price = new { amount = 11.5, currency = "USD" }, quantity = 3 })).ShouldBe(200);
        (await api.PostAsync(url + "/pause")).ShouldBe(200);
    }

    private static async Task Withdrawn(Api api, string url) => (await api.DeleteAsync(url)).ShouldBe(204);

    private static async Task Revise(Api api, string url, string reviewerId) => (await api.PostAsync(url, Words(reviewerId, 1, "Worse"))).ShouldBeOneOf(200);
}
