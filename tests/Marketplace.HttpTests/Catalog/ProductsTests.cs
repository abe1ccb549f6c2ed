using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Catalog;

public class ProductsTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    private Api Api => app.Api;

    [Fact]
    public async Task Listing_a_product_is_201_and_revising_it_200()
    {
        var id = MarketplaceFixture.NewId("book");

        var listed = (await Api.PutAsync($"/v1/products/{id}", new { title = "The Old Man and the Sea", author = "Ernest Hemingway" })).ShouldBe(201);
        Assert.Equal(($"/v1/products/{id}", "\"1\""), (listed.Headers["Location"], listed.ETag));
        var revised = (await Api.PutAsync($"/v1/products/{id}", new { title = "The Old Man and the Sea", description = "老人と海 😀" })).ShouldBe(200);
        Assert.Equal("\"2\"", revised.ETag);
        Assert.True(revised.Position > listed.Position);
        var read = (await Api.GetAsync($"/v1/products/{id}")).ShouldBe(200);
        Assert.Equal(("The Old Man and the Sea", "老人と海 😀"), ((string?)read.Json["title"], (string?)read.Json["description"]));
        Assert.Null((string?)read.Json["author"]);
        Assert.Empty(read.Json["lowestPrices"]!.AsArray());
        Assert.Equal(0, (int)read.Json["reviews"]!["count"]!);
    }

    [Fact]
    public async Task The_same_words_again_record_nothing()
    {
        var id = await Api.NewProductAsync("Same");
        var first = await Api.PutAsync($"/v1/products/{id}", new { title = "Same" });
        var second = await Api.PutAsync($"/v1/products/{id}", """{"title":"Same","author":null}""");

        Assert.Equal((200, "\"1\"", first.Position), (second.Status, second.ETag, second.Position));
        Assert.Equal(1, await app.EventsAsync($"product/{id}"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_product_is_told_by_member()
    {
        var before = await app.EventsAsync();

        (await Api.PutAsync("/v1/products/book", "{}")).ShouldBeProblem(400, "title");
        (await Api.PutAsync("/v1/products/book", new { title = " ", author = new string('a', 201), description = "" })).ShouldBeProblem(400, "title", "author", "description");
        (await Api.PutAsync("/v1/products/book", """{"title":"a\u0000b"}""")).ShouldBeProblem(400, "title");
        (await Api.PutAsync("/v1/products/book", """{"title":"a","price":1}""")).ShouldBeProblem(400, "price");
        (await Api.PutAsync("/v1/products/book", """{"title":"a","title":"b"}""")).ShouldBeProblem(400, "title");
        (await Api.PutAsync("/v1/products/book", "{")).ShouldBeProblem(400);
        (await Api.PutAsync("/v1/products/..", new { title = "a" })).ShouldBeProblem(400, "productId");
        (await Api.PutAsync($"/v1/products/{new string('p', 41)}", new { title = "a" })).ShouldBeProblem(400, "productId");
        Assert.Equal(before, await app.EventsAsync());
    }

    [Fact]
    public async Task An_unknown_product_is_404() => (await Api.GetAsync("/v1/products/no-such-book")).ShouldBeProblem(404);

    [Fact]
    public async Task A_stale_tag_is_412_and_the_pages_own_tag_guards_a_write()
    {
        var id = await Api.NewProductAsync("First");
        await Api.PutAsync($"/v1/products/{id}", new { title = "Second" });

        (await Api.PutAsync($"/v1/products/{id}", new { title = "Third" }, ("If-Match", "\"1\""))).ShouldBeProblem(412);
        (await Api.PutAsync($"/v1/products/{id}", new { title = "Third" }, ("If-None-Match", "*"))).ShouldBeProblem(412);
        var page = await Api.GetAsync($"/v1/products/{id}");
        (await Api.PutAsync($"/v1/products/{id}", new { title = "Third" }, ("If-Match", page.ETag!))).ShouldBe(200);
        (await Api.PutAsync($"/v1/products/{id}", new { title = "Fourth" }, ("If-Match", page.ETag!))).ShouldBeProblem(412);
    }

    [Fact]
    public async Task The_pages_tag_covers_prices_and_reviews_too()
    {
        var (product, _, url) = await Api.OfferAsync();
        var seen = new HashSet<string> { (await Api.GetAsync($"/v1/products/{product}")).ETag! };

        await Api.PatchAsync(url, new { price = new { amount = 1, currency = "USD" } });
        Assert.True(seen.Add((await Api.GetAsync($"/v1/products/{product}")).ETag!));
        await Api.PostAsync($"/v1/products/{product}/reviews", new { reviewerId = "ann", rating = 4, title = "Good", body = "Short." });
        Assert.True(seen.Add((await Api.GetAsync($"/v1/products/{product}")).ETag!));
        await Api.PutAsync($"/v1/products/{product}", new { title = "Renamed" });
        Assert.True(seen.Add((await Api.GetAsync($"/v1/products/{product}")).ETag!));
        await Api.OfferAsync();
        Assert.False(seen.Add((await Api.GetAsync($"/v1/products/{product}")).ETag!));
    }

    [Fact]
    public async Task As_plain_text_it_is_the_page_in_words()
    {
        var (product, _, _) = await Api.OfferAsync();
        await Api.PutAsync(Given.Offer(MarketplaceFixture.NewId("z")), Given.Terms(product, 27.11m, 1m, listingType: "zShops"));
        await Api.PutAsync(Given.Offer(MarketplaceFixture.NewId("z")), Given.Terms(product, 27.50m, listingType: "zShops"));
        await Api.PutAsync(Given.Offer(MarketplaceFixture.NewId("c")), Given.Terms(product, 25m, listingType: "collectible", conditionNote: "Signed."));
        await Api.PutAsync(Given.Offer(MarketplaceFixture.NewId("e")), Given.Terms(product, 1m, currency: "EUR"));

        var page = (await Api.GetAsync($"/v1/products/{product}", ("Accept", "text/plain"))).ShouldBe(200);

        Assert.StartsWith("text/plain", page.Headers["Content-Type"]);
        Assert.Equal("Used price: $20.00\nCollectible price: $25.00\nBuy one from zShops for: $27.50\n", page.Body);
        (await Api.GetAsync($"/v1/products/{product}", ("Accept", "text/plain"), ("If-None-Match", page.ETag!))).ShouldBe(304);
        (await Api.GetAsync($"/v1/products/{product}", ("Accept", "image/png"))).ShouldBeProblem(406);
    }

    [Fact]
    public async Task The_catalogue_is_paged_by_id_without_gaps_or_repeats()
    {
        for (var i = 0; i < 12; i++) await Api.NewProductAsync();
        var whole = (await Api.GetAsync("/v1/products?limit=500")).ShouldBe(200).Json["items"]!.AsArray().Select(p => (string)p!["productId"]!).ToArray();
        Assert.Equal(whole.Order(StringComparer.Ordinal), whole);

        var (paged, next) = (new List<string>(), "");
        while (next is not null)
        {
            var page = (await Api.GetAsync("/v1/products?limit=5" + (next == "" ? "" : $"&after={next}"))).ShouldBe(200);
            paged.AddRange(page.Json["items"]!.AsArray().Select(p => (string)p!["productId"]!));
            next = (string?)page.Json["next"];
        }
        Assert.Equal(whole, paged.Where(whole.Contains));
        Assert.Equal(paged.Distinct(), paged);
        (await Api.GetAsync("/v1/products?after=garbage&limit=-1")).ShouldBeProblem(400, "after", "limit");
    }
}
