using System.Net;
using System.Net.Http.Json;
using System.Text;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>What a key is, and which request it names.</summary>
public class KeysTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private const string Patch = "PATCH /v1/sellers/{sellerId}/offers/{sku}";

    private Api Api => app.Api;

    public static TheoryData<string> Malformed => ["", " ", "a b", "a\tb", "a\u0007", "schlüssel", "a\u007f", "\u00a0", "😀", new('k', 256), new('k', 10_000)];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_key_is_400_and_nothing_is_done(string key)
    {
        var write = new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 5 }) { Key = key };
        var before = await app.EventsAsync();

        (await write.SendAsync(Api)).ShouldBeProblem(400, "Idempotency-Key");

        Assert.Equal(before, await app.EventsAsync());
    }

    [Fact]
    public async Task Two_keys_are_400()
    {
        using var client = app.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Patch, (await Api.OfferAsync()).Url) { Content = JsonContent.Create(new { quantity = 5 }) };
        request.Headers.Add("Idempotency-Key", ["one", "two"]);

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Idempotency-Key", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_key_may_have_255_characters_of_every_visible_kind_and_its_case_counts()
    {
        var visible = string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c));
        var write = new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 5 }) { Key = (visible + visible + visible)[..255] };

        var first = (await write.FirstAsync(Api)).ShouldBe(200);
        await write.AgainAsync(Api, first);
        (await (write with { Key = write.Key.ToUpperInvariant() }).FirstAsync(Api)).ShouldBe(200);
    }

    public static TheoryData<string> Differences =>
        ["body", "white space", "member", "path", "query", "If-Match", "If-None-Match", "Marketplace-Reason", "Marketplace-Cause", "Content-Type", "method", "route"];

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task The_same_key_on_another_request_is_422_and_changes_nothing(string difference)
    {
        var (product, seller, url) = await Api.OfferAsync();
        (await Api.PutAsync(Given.Offer(seller, "other"), Given.Terms(product, 20m))).ShouldBe(201);
        var write = new Keyed(Patch, url, """{"quantity":5}""");
        var first = (await write.FirstAsync(Api)).ShouldBe(200);
        var before = await app.EventsAsync();

        var other = difference switch
        {
            "body" => write with { Body = """{"quantity":6}""" },
            "white space" => write with { Body = """{"quantity": 5}""" },
            "member" => write with { Body = """{"quantity":5,"reason":"More."}""" },
            "path" => write with { Url = Given.Offer(seller, "other") },
            "query" => write with { Url = url + "?a=b" },
            "If-Match" or "If-None-Match" => write with { Headers = [(difference, "\"1\"")] },
            "Marketplace-Reason" => write with { Headers = [(difference, "Because.")] },
            "Marketplace-Cause" => write with { Headers = [(difference, "rule")] },
            "Content-Type" => write with { Headers = [(difference, "application/json; charset=utf-8")] },
            "method" => write with { Operation = "PUT /v1/sellers/{sellerId}/offers/{sku}", Body = Given.Terms(product, 20m) },
            _ => write with { Operation = "POST /v1/sellers/{sellerId}/offers/{sku}/pause", Url = url + "/pause", Body = null },
        };
        var refused = (await other.SendAsync(Api)).ShouldBeProblem(422);

        Assert.Equal("urn:marketplace:problem:idempotency-key-reused", (string?)refused.Json["type"]);
        Assert.False(refused.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.Equal(before, await app.EventsAsync());
        await write.AgainAsync(Api, first);
    }

    [Fact]
    public async Task What_differs_from_try_to_try_does_not_make_another_request()
    {
        var write = new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 5 }) { Headers = [("User-Agent", "one")] };
        var first = (await write.FirstAsync(Api)).ShouldBe(200);

        await (write with
        {
            Headers =
            [
                ("User-Agent", "two"), ("Accept", "application/json"), ("Accept-Encoding", "gzip"), ("X-Request-Id", "2"),
                ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ],
        }).AgainAsync(Api, first);
        // A merge patch is plain JSON.
        await (write with { Headers = [("Content-Type", "application/merge-patch+json")] }).AgainAsync(Api, first);
    }

    [Fact]
    public async Task Reads_heed_no_key()
    {
        var (product, _, url) = await Api.OfferAsync();
        var key = ("Idempotency-Key", Keyed.NewKey());
        var before = await app.KeysAsync();

        (await Api.PostAsync("/v1/lowest-prices/query", new { productIds = new[] { product } }, key)).ShouldBe(200);
        var other = (await Api.PostAsync("/v1/lowest-prices/query", new { productIds = new[] { "unknown" } }, key)).ShouldBe(200);
        (await Api.GetAsync(url, key)).ShouldBe(200);
        (await Api.PostAsync("/v1/lowest-prices/query", new { productIds = new[] { product } }, ("Idempotency-Key", "a b"))).ShouldBe(200);

        Assert.False(other.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.Equal(before, await app.KeysAsync());
    }

    [Fact]
    public async Task Callers_have_their_keys_to_themselves()
    {
        var (ann, bob) = (Api.As("ann", Role.Catalog), Api.As("bob", Role.Catalog));
        var write = new Keyed("PUT /v1/products/{productId}", $"/v1/products/{MarketplaceFixture.NewId("book")}", new { title = "A title" });

        var first = (await write.FirstAsync(ann)).ShouldBe(201);
        var other = (await write.FirstAsync(bob)).ShouldBe(200);
        var third = (await (write with { Body = new { title = "Another" } }).FirstAsync(Api.As("cid", Role.Catalog))).ShouldBe(200);

        await write.AgainAsync(ann, first);
        await write.AgainAsync(bob, other);
        await (write with { Body = new { title = "Another" } }).AgainAsync(Api.As("cid", Role.Catalog), third);
        // It is the caller that counts, not the token.
        await write.AgainAsync(Api.As("ann", Role.Catalog, Role.Auditor), first);
    }

    [Fact]
    public async Task Who_was_not_admitted_has_not_used_the_key()
    {
        var (_, seller, url) = await Api.OfferAsync();
        var write = new Keyed(Patch, url, new { quantity = 5 });

        (await write.FirstAsync(Api.Anonymous)).ShouldBeProblem(401);
        (await write.FirstAsync(Api.As(seller, Role.Reviewer))).ShouldBeProblem(403);
        var first = (await write.FirstAsync(Api.As(seller, Role.Seller))).ShouldBe(200);

        // Nor is anybody given an answer that he is not admitted to.
        (await write.FirstAsync(Api.Anonymous)).ShouldBeProblem(401);
        (await write.FirstAsync(Api.As(seller, Role.Reviewer))).ShouldBeProblem(403);
        (await write.FirstAsync(Api.As(seller + "x", Role.Seller))).ShouldBeProblem(403);
        await write.AgainAsync(Api, first);
    }

    [Fact]
    public async Task A_review_refused_for_its_author_may_be_put_right_under_the_same_key()
    {
        var write = new Keyed("POST /v1/products/{productId}/reviews", $"/v1/products/{await Api.NewProductAsync()}/reviews",
            new { reviewerId = "ann", rating = 5, title = "Good", body = "Short." });

        (await write.FirstAsync(Api.As("bob", Role.Reviewer))).ShouldBeProblem(403);

        (await (write with { Body = new { reviewerId = "bob", rating = 5, title = "Good", body = "Short." } }).FirstAsync(Api.As("bob", Role.Reviewer))).ShouldBe(201);
    }

    [Fact]
    public async Task A_path_that_nobody_serves_uses_up_no_key()
    {
        var write = new Keyed(Patch, "/v1/nothing", new { quantity = 5 });

        (await write.FirstAsync(Api)).ShouldBeProblem(404);
        (await (write with { Url = (await Api.OfferAsync()).Url }).FirstAsync(Api)).ShouldBe(200);
    }

    [Fact]
    public async Task Only_a_digest_of_the_key_is_stored()
    {
        var write = new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 5 });
        var refused = new Keyed(Patch, Given.Offer(MarketplaceFixture.NewId("seller")), new { quantity = 5 });
        (await write.FirstAsync(Api)).ShouldBe(200);
        (await refused.FirstAsync(Api)).ShouldBe(404);

        foreach (var table in new[] { "idempotency_key", "mt_events", "mt_streams", "current_offer" })
            foreach (var row in await app.RowsAsync(table))
                foreach (var key in new[] { write.Key, refused.Key })
                {
                    Assert.DoesNotContain(key, row);
                    Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key)), row);
                }
    }

    [Fact]
    public async Task Without_a_key_nothing_is_stored()
    {
        var before = await app.KeysAsync();

        var (_, _, url) = await Api.OfferAsync();
        (await Api.DeleteAsync(url)).ShouldBe(204);
        (await Api.PatchAsync(url, new { quantity = 5 })).ShouldBe(409);

        Assert.Equal(before, await app.KeysAsync());
    }
}
