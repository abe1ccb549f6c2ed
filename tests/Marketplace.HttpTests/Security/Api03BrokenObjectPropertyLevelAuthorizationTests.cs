using System.Text.Json.Nodes;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>API3:2023 Broken Object Property Level Authorization: a body sets what its call is for, an answer shows what its caller may see.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api03BrokenObjectPropertyLevelAuthorizationTests(ServedMarketplace market)
{
    [Theory]
    [InlineData("status", "\"active\"")]
    [InlineData("version", "1")]
    [InlineData("sellerId", "\"riverside\"")]
    [InlineData("sku", "\"other\"")]
    [InlineData("landedPrice", """{"amount":1,"currency":"USD"}""")]
    [InlineData("priceSince", "\"2020-01-01T00:00:00Z\"")]
    [InlineData("actor", "\"operator:root\"")]
    [InlineData("cause", "\"correction\"")]
    [InlineData("recordedAt", "\"2020-01-01T00:00:00Z\"")]
    [InlineData("position", "1")]
    [InlineData("Price", """{"amount":1,"currency":"USD"}""")]
    public async Task Members_that_are_not_the_callers_to_set_are_refused_by_name(string member, string value)
    {
        var before = await market.EventsAsync();
        var put = JsonNode.Parse("""{"productId":"book","listingType":"used","condition":"good","price":{"amount":5,"currency":"USD"},"quantity":1}""")!.AsObject();
        put[member] = JsonNode.Parse(value);

        (await market.SendAsync("PUT", Given.Offer(ServedMarketplace.Mine), put.ToJsonString(), market.Attacker)).ShouldBeProblem(400, member);
        (await market.SendAsync("PATCH", Given.Offer(ServedMarketplace.Mine), $$"""{"quantity":5,"{{member}}":{{value}}}""", market.Attacker)).ShouldBeProblem(400, member);

        Assert.Equal(before, await market.EventsAsync());
    }

    [Theory]
    [InlineData("status", "\"visible\"")]
    [InlineData("helpful", "100")]
    [InlineData("reviewId", "\"book~bob\"")]
    [InlineData("writtenAt", "\"2020-01-01T00:00:00Z\"")]
    public async Task A_review_brings_neither_its_votes_nor_its_standing(string member, string value) =>
        (await market.SendAsync("POST", "/v1/products/book/reviews", $$"""{"reviewerId":"eve","rating":5,"title":"T","body":"B","{{member}}":{{value}}}""", Tokens.Of("eve", Role.Reviewer)))
            .ShouldBeProblem(400, member);

    [Fact]
    public async Task Who_did_it_is_the_token_whatever_else_is_said()
    {
        (string, string)[] claims =
        [
            ("Marketplace-Actor", "operator:root"), ("Actor", "operator:root"), ("X-User", "root"), ("X-Forwarded-User", "root"), ("X-Remote-User", "root"),
            ("From", "root@example.org"), ("Marketplace-Recorded-At", "2020-01-01T00:00:00Z"), ("Date", "Wed, 01 Jan 2020 00:00:00 GMT"),
        ];
        (await market.SendAsync("PATCH", Given.Offer(ServedMarketplace.Mine), new { quantity = 31 }, market.Attacker, claims)).ShouldBe(200);

        var last = (await market.SendAsync("GET", "/v1/audit/streams/offer%2Fpowells%2Fsku-1?limit=500", null, Tokens.Of("aud", Role.Auditor))).ShouldBe(200).Json["items"]!.AsArray()[^1]!;
        Assert.Equal("seller:powells", (string?)last["actor"]);
        Assert.True(DateTimeOffset.Parse((string)last["recordedAt"]!) > DateTimeOffset.UtcNow.AddHours(-1));
    }

    [Fact]
    public async Task A_seller_corrects_nothing_and_is_no_feed_by_saying_so()
    {
        var before = await market.EventsAsync();
        var offer = Given.Offer(ServedMarketplace.Mine);

        (await market.SendAsync("PATCH", offer, new { quantity = 41 }, market.Attacker, ("Marketplace-Cause", "correction"))).ShouldBeProblem(403);
        (await market.SendAsync("PATCH", offer, new { quantity = 42 }, market.Attacker, ("Marketplace-Cause", "correction"), ("Marketplace-Effective-At", "2020-01-01T00:00:00Z"))).ShouldBeProblem(403);
        (await market.SendAsync("PATCH", offer, new { quantity = 43 }, market.Attacker, ("Marketplace-Cause", "feed"))).ShouldBeProblem(400);

        Assert.Equal(before, await market.EventsAsync());
    }

    [Fact]
    public async Task What_anyone_may_read_says_neither_who_nor_why()
    {
        (await market.SendAsync("PATCH", Given.Offer(ServedMarketplace.Mine), new { price = new { amount = 12.34m, currency = "USD" }, reason = "undercut-riverside" }, market.Attacker))
            .ShouldBe(200);

        foreach (var path in new[]
                 {
                     "/v1/products/book", "/v1/products/book/offers", "/v1/products/book/lowest-prices", "/v1/products/book/price-history?listingType=used", "/v1/sellers/powells/offers",
                     Given.Offer(ServedMarketplace.Mine), "/products/book", "/v1/products/book/reviews", $"/v1/reviews/{ServedMarketplace.Review}", "/", "/health/ready",
                 })
            foreach (var token in new[] { null, Tokens.Of(ServedMarketplace.Theirs, Role.Seller) })
            {
                var answer = (await market.SendAsync("GET", path, null, token)).ShouldBe(200);
                foreach (var word in new[] { "undercut-riverside", "seller:powells", "actor", "correlationId", "causationId", "traceparent" })
                    Assert.False(answer.Body.Contains(word, StringComparison.Ordinal), $"{path} tells {word}");
            }
        Assert.Contains("undercut-riverside", (await market.SendAsync("GET", Given.Offer(ServedMarketplace.Mine) + "/price-history?limit=500", null, market.Attacker)).Body);
    }
}
