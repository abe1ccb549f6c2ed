using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>API6:2023 Unrestricted Access to Sensitive Business Flows: repeating a call does not add up to what it was never meant for.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api06UnrestrictedAccessToSensitiveBusinessFlowsTests(ServedMarketplace market)
{
    [Fact]
    public async Task However_often_one_votes_it_is_one_vote()
    {
        await SubmitAsync("carl");
        var stuffer = Tokens.Of("stuffer", Role.Reviewer);
        var votes = Enumerable.Range(0, 40).Select(i => market.SendAsync("PUT", "/v1/reviews/book~carl/votes/stuffer", new { helpful = true }, stuffer, ("Idempotency-Key", $"vote-{Guid.NewGuid():N}")));
        foreach (var answer in await Task.WhenAll(votes)) answer.ShouldBe(200);

        Assert.Equal(1, (int)(await market.SendAsync("GET", "/v1/reviews/book~carl")).Json["helpful"]!);
        var turned = (await market.SendAsync("PUT", "/v1/reviews/book~carl/votes/stuffer", new { helpful = false }, stuffer)).ShouldBe(200);
        Assert.Equal((0, 1), ((int)turned.Json["helpful"]!, (int)turned.Json["unhelpful"]!));
    }

    [Fact]
    public async Task Nobody_votes_for_oneself_or_in_anothers_name()
    {
        var dora = await SubmitAsync("dora");

        (await market.SendAsync("PUT", "/v1/reviews/book~dora/votes/dora", new { helpful = true }, dora)).ShouldBeProblem(409);
        for (var i = 0; i < 5; i++) (await market.SendAsync("PUT", $"/v1/reviews/book~dora/votes/friend-{i}", new { helpful = true }, dora)).ShouldBeProblem(403);
        Assert.Equal(0, (int)(await market.SendAsync("GET", "/v1/reviews/book~dora")).Json["helpful"]!);
    }

    [Fact]
    public async Task However_often_one_reviews_it_is_one_review()
    {
        var token = Tokens.Of("eager", Role.Reviewer);
        var before = (int)(await market.SendAsync("GET", "/v1/products/book/reviews/summary")).Json["count"]!;
        var reviews = Enumerable.Range(0, 10).Select(i => market.SendAsync("POST", "/v1/products/book/reviews", new { reviewerId = "eager", rating = 5, title = $"Take {i}", body = "Great." }, token));
        foreach (var answer in await Task.WhenAll(reviews)) answer.ShouldBeOneOf(200, 201);

        Assert.Equal(before + 1, (int)(await market.SendAsync("GET", "/v1/products/book/reviews/summary")).Json["count"]!);
    }

    [Fact]
    public async Task A_write_sent_again_after_a_lost_answer_happens_once()
    {
        var (key, before) = (("Idempotency-Key", $"once-{Guid.NewGuid():N}"), await market.EventsAsync());
        object Offer() => Given.Terms(ServedMarketplace.Product, 33m);
        var first = (await market.SendAsync("PUT", Given.Offer("powells", "again"), Offer(), market.Attacker, key)).ShouldBe(201);
        for (var i = 0; i < 5; i++)
        {
            var again = (await market.SendAsync("PUT", Given.Offer("powells", "again"), Offer(), market.Attacker, key)).ShouldBe(201);
            Assert.Equal((first.Body, "true"), (again.Body, again.Headers["Idempotency-Replayed"]));
        }
        Assert.Equal(before + 1, await market.EventsAsync());
    }

    [Fact]
    public async Task Who_copies_the_marketplace_gets_it_page_by_page_and_counted()
    {
        (await market.SendAsync("GET", "/v1/products?limit=500")).ShouldBe(200);
        foreach (var limit in new[] { "501", "100000", "0", "-1" }) (await market.SendAsync("GET", $"/v1/products?limit={limit}")).ShouldBeProblem(400, "limit");
        // The whole log at once is for auditors alone.
        (await market.SendAsync("GET", "/v1/audit/events", null, market.Attacker, ("Accept", "application/x-ndjson"))).ShouldBeProblem(403);
        // Cursors are made by the server for one list: those of another open nothing.
        var cursor = Convert.ToBase64String("[\"audit-stream\",\"offer/riverside/sku-1\",\"0\"]"u8).TrimEnd('=');
        (await market.SendAsync("GET", $"/v1/products?after={cursor}")).ShouldBeProblem(400, "after");
    }

    private async Task<string> SubmitAsync(string reviewer)
    {
        var token = Tokens.Of(reviewer, Role.Reviewer);
        (await market.SendAsync("POST", "/v1/products/book/reviews", new { reviewerId = reviewer, rating = 3, title = "Fine", body = "It is." }, token)).ShouldBe(201);
        return token;
    }
}
