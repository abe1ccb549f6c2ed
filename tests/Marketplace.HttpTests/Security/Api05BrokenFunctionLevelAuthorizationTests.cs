using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>API5:2023 Broken Function Level Authorization: no spelling of a request gets at a function that its role may not use.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api05BrokenFunctionLevelAuthorizationTests(ServedMarketplace market)
{
    private const string Guarded = "/v1/operations/projections";

    public static TheoryData<string> Spellings =>
    [
        "/v1/operations/projections", "/v1/operations/projections/", "/v1/operations//projections", "//v1/operations/projections", "/V1/OPERATIONS/PROJECTIONS",
        "/v1/./operations/projections", "/v1/products/../operations/projections", "/v1/products/%2e%2e/operations/projections", "/v1/operations/%70rojections",
        "/v1%2foperations%2fprojections", "/v1/operations%2fprojections", "/v1/operations%252fprojections", "/v1/operations%5cprojections", "/v1\\operations\\projections",
        "/v1/operations/projections;a=b", "/v1;/operations/projections", "/v1/operations/projections%00", "/v1/operations/projections%20", "/v1/operations/projections.json",
        "/v1/operations/projections?role=operator", "/v1/operations/projections%3f", "/v1/operations/projections%23", "/swagger/../v1/operations/projections",
        "/health/live/../../v1/operations/projections", "/%76%31/operations/projections", "/v1/products/book/../../operations/projections", "/metrics", "/metrics/", "/METRICS",
        "/health/../metrics", "/v1/audit/events", "/v1/audit//events", "/v1/AUDIT/events", "/v1/products/..%2faudit%2fevents", "/v1/audit/streams/product%2Fbook",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task No_spelling_of_a_path_opens_what_is_not_the_callers(string path)
    {
        foreach (var token in new[] { null, market.Attacker, Tokens.Of("mod", Role.Moderator, Role.Reviewer, Role.Catalog) })
        {
            var answer = await market.RawAsync($"GET {path} HTTP/1.1", token);

            Assert.True(answer.Status is >= 400 and < 500, $"{path}: {answer.Status} {answer.Body}");
            Assert.DoesNotContain("lagSeconds", answer.Body);
            Assert.DoesNotContain("marketplace_", answer.Body);
            Assert.DoesNotContain("product_listed", answer.Body);
        }
    }

    [Theory]
    [InlineData("GET http://127.0.0.1/v1/operations/projections HTTP/1.1")]
    [InlineData("GET http://elsewhere.example/v1/operations/projections HTTP/1.1")]
    [InlineData("GET /v1/operations/projections HTTP/1.0")]
    [InlineData("HEAD /v1/operations/projections HTTP/1.1")]
    [InlineData("get /v1/operations/projections HTTP/1.1")]
    public async Task No_form_of_a_first_line_does(string line)
    {
        var answer = await market.RawAsync(line, market.Attacker);

        Assert.True(answer.Status is >= 400 and < 500, $"{line}: {answer.Status}");
        Assert.DoesNotContain("lagSeconds", answer.Body);
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-HTTP-Method")]
    [InlineData("X-Method-Override")]
    [InlineData("_method")]
    public async Task No_header_makes_one_method_another(string header)
    {
        var before = await market.EventsAsync();
        foreach (var method in new[] { "DELETE", "PUT", "PATCH", "POST" })
        {
            (await market.SendAsync("GET", Given.Offer(ServedMarketplace.Theirs), null, null, (header, method))).ShouldBe(200);
            (await market.SendAsync("POST", Given.Offer(ServedMarketplace.Theirs), "{}", market.Attacker, (header, method))).ShouldBeOneOf(401, 403, 405);
        }
        Assert.Equal(before, await market.EventsAsync());
    }

    [Theory]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("X-Forwarded-Path")]
    [InlineData("X-Forwarded-Prefix")]
    public async Task No_header_makes_one_path_another(string header)
    {
        var answer = (await market.SendAsync("GET", "/v1/products", null, null, (header, Guarded))).ShouldBe(200);

        Assert.DoesNotContain("lagSeconds", answer.Body);
    }

    [Fact]
    public async Task Every_function_that_needs_a_role_refuses_every_other_role_and_nobody()
    {
        var before = await market.EventsAsync();
        foreach (var rule in Access.Rules.Where(rule => !rule.IsOpen))
        {
            var path = rule.Route.Replace("{productId}", "book").Replace("{sellerId}", "powells").Replace("{sku}", "sku-1").Replace("{reviewId}", "book~ann")
                .Replace("{voterId}", "bob").Replace("{streamKey}", "product%2Fbook").Replace("{name}", "Products").Replace("{feedId}", market.TheirFeed);
            (await market.SendAsync(rule.Method, path, rule.Method == "GET" ? null : "{}")).ShouldBeProblem(401);
            foreach (var role in Enum.GetValues<Role>().Where(role => rule.Grants.All(grant => grant.Role != role)))
                (await market.SendAsync(rule.Method, path, rule.Method == "GET" ? null : "{}", Tokens.Of("powells", role))).ShouldBeProblem(403);
        }
        Assert.Equal(before, await market.EventsAsync());
    }

    [Fact]
    public async Task Methods_that_a_resource_does_not_know_are_refused()
    {
        foreach (var method in new[] { "TRACE", "OPTIONS", "CONNECT", "PROPFIND", "LINK", "PATCH", "DELETE", "MADEUP" })
        {
            var answer = await market.RawAsync($"{method} {(method == "CONNECT" ? "elsewhere.example:443" : "/v1/products")} HTTP/1.1", Tokens.Of("op", Role.Operator));
            Assert.True(answer.Status is 400 or 404 or 405 or 501, $"{method}: {answer.Status}");
        }
    }
}
