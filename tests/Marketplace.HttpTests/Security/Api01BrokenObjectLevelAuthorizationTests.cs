using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>API1:2023 Broken Object Level Authorization: nobody reads or changes another's by putting another's id into the request.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api01BrokenObjectLevelAuthorizationTests(ServedMarketplace market)
{
    public static TheoryData<string, string, string?> OthersObjects => new()
    {
        { "PUT", "/v1/sellers/riverside/offers/sku-1", """{"productId":"book","listingType":"used","condition":"good","price":{"amount":1,"currency":"USD"},"quantity":1}""" },
        { "PUT", "/v1/sellers/riverside/offers/new", """{"productId":"book","listingType":"used","condition":"good","price":{"amount":1,"currency":"USD"},"quantity":1}""" },
        { "PATCH", "/v1/sellers/riverside/offers/sku-1", """{"price":{"amount":0.01,"currency":"USD"}}""" },
        { "POST", "/v1/sellers/riverside/offers/sku-1/pause", null },
        { "POST", "/v1/sellers/riverside/offers/sku-1/resume", null },
        { "DELETE", "/v1/sellers/riverside/offers/sku-1", null },
        { "GET", "/v1/sellers/riverside/offers/sku-1/price-history", null },
        { "GET", "/v1/sellers/riverside/feeds", null },
        { "GET", "/v1/sellers/riverside/feeds/{feed}", null },
        { "GET", "/v1/sellers/riverside/feeds/{feed}/results", null },
        { "DELETE", "/v1/sellers/riverside/feeds/{feed}", null },
        { "POST", "/v1/sellers/riverside/feeds", "{\"op\":\"withdraw\",\"sku\":\"sku-1\"}\n" },
        { "PATCH", "/v1/sellers/Powells/offers/sku-1", """{"quantity":1}""" },
        { "PATCH", "/v1/sellers/nobody-yet/offers/sku-1", """{"quantity":1}""" },
    };

    [Theory]
    [MemberData(nameof(OthersObjects))]
    public async Task A_seller_gets_nowhere_with_another_sellers_ids(string method, string path, string? body)
    {
        var before = await market.EventsAsync();
        var target = path.Replace("{feed}", market.TheirFeed);
        (string, string)[] headers = path.EndsWith("/feeds") && body is not null ? [("Content-Type", "application/x-ndjson")] : [];

        var refused = (await market.SendAsync(method, target, body, market.Attacker, headers)).ShouldBeProblem(403);

        Assert.Equal(before, await market.EventsAsync());
        Assert.DoesNotContain("20", refused.Body.Replace((string?)refused.Json["traceId"] ?? "-", ""));
        // Whether there is such a thing is told no more than what it is.
        var missing = target.Replace("sku-1", "sku-nobody-has").Replace(market.TheirFeed, Guid.NewGuid().ToString());
        (await market.SendAsync(method, missing, body, market.Attacker, headers)).ShouldBeProblem(403);
    }

    [Fact]
    public async Task Anothers_feed_is_not_found_among_ones_own()
    {
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/results"), ("DELETE", "") })
            (await market.SendAsync(method, $"/v1/sellers/{ServedMarketplace.Mine}/feeds/{market.TheirFeed}{path}", null, market.Attacker)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_feeds_line_can_name_no_other_seller()
    {
        var line = """{"op":"patch","sku":"sku-1","sellerId":"riverside","quantity":1}""" + "\n" + """{"op":"patch","sku":"../riverside/sku-1","quantity":1}""" + "\n";
        var feed = (string)(await market.SendAsync("POST", "/v1/sellers/powells/feeds", line, market.Attacker, ("Content-Type", "application/x-ndjson"))).ShouldBe(202).Json["feedId"]!;
        await market.EventuallyDoneAsync("powells", feed);

        Assert.Equal(2, (int)(await market.SendAsync("GET", $"/v1/sellers/powells/feeds/{feed}", null, market.Attacker)).Json["rejected"]!);
        Assert.Equal(7, (int)(await market.SendAsync("GET", Given.Offer("riverside"))).Json["quantity"]!);
    }

    [Fact]
    public async Task A_reviewer_speaks_for_nobody_else()
    {
        var (mallory, before) = (Tokens.Of("mallory", Role.Reviewer), await market.EventsAsync());

        (await market.SendAsync("POST", "/v1/products/book/reviews", new { reviewerId = "ann", rating = 1, title = "Bad", body = "Not mine." }, mallory)).ShouldBeProblem(403);
        (await market.SendAsync("DELETE", $"/v1/reviews/{ServedMarketplace.Review}", null, mallory)).ShouldBeProblem(403);
        (await market.SendAsync("PUT", $"/v1/reviews/{ServedMarketplace.Review}/votes/bob", new { helpful = false }, mallory)).ShouldBeProblem(403);

        Assert.Equal(before, await market.EventsAsync());
    }

    [Fact]
    public async Task A_key_for_idempotency_opens_nobody_elses_answer()
    {
        var key = ("Idempotency-Key", $"guessed-{Guid.NewGuid():N}");
        (await market.SendAsync("PATCH", Given.Offer("riverside"), new { quantity = 7 }, Tokens.Of("riverside", Role.Seller), key)).ShouldBe(200);

        (await market.SendAsync("PATCH", Given.Offer("riverside"), new { quantity = 7 }, market.Attacker, key)).ShouldBeProblem(403);
        var own = await market.SendAsync("PATCH", Given.Offer("powells"), new { quantity = 1 }, market.Attacker, key);
        Assert.Equal((200, "powells"), (own.ShouldBe(200).Status, (string?)own.Json["sellerId"]));
        Assert.DoesNotContain("Idempotency-Replayed", own.Headers.Keys);
    }
}
