using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Identity;

/// <summary>Which tokens are believed.</summary>
public class TokenValidationTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private const string Write = "/v1/sellers/powells/offers/never-posted/pause";

    public static TheoryData<string> Forgeries => [.. Forged.All.Keys];

    private Api Api => app.Api;

    [Fact]
    public async Task A_token_that_is_right_in_everything_is_believed() => (await Api.With(Forged.Good()).PostAsync(Write)).ShouldBeProblem(404);

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_token_that_is_wrong_in_one_thing_is_refused_on_every_route_and_says_why(string name)
    {
        var (token, says) = Forged.All[name];
        var bearer = Tokens.Header(token());
        var before = await app.EventsAsync();

        foreach (var answer in new[] { await Api.PostAsync(Write, null, bearer), await Api.GetAsync("/v1/products", bearer), await Api.GetAsync("/", bearer) })
        {
            answer.ShouldBeProblem(401);
            Assert.Equal("urn:marketplace:problem:invalid-token", (string?)answer.Json["type"]);
            Assert.Contains(says, (string?)answer.Json["detail"], StringComparison.Ordinal);
            Assert.Equal($"Bearer realm=\"marketplace\", error=\"invalid_token\", error_description=\"{answer.Json["detail"]}\"", answer.Headers["WWW-Authenticate"]);
            foreach (var inside in new[] { "IDX", "Microsoft", "Exception", "eyJ", Tokens.Key.KeyId }) Assert.DoesNotContain(inside, answer.Body, StringComparison.Ordinal);
        }
        Assert.Equal(before, await app.EventsAsync());
    }

    [Fact]
    public async Task A_header_sent_twice_is_refused_though_both_are_right()
    {
        var good = $"Bearer {Forged.Good()}";
        var result = await app.Host.Scenario(x =>
        {
            x.Post.Url(Write);
            x.ConfigureHttpContext(http => http.Request.Headers.Authorization = new[] { good, good });
            x.StatusCodeShouldBe(401);
        });

        Assert.Contains("More than one", result.Context.Response.Headers.WWWAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic cG93ZWxsczpib29rcw==")]
    [InlineData("Bearerish abc")]
    [InlineData("")]
    public async Task Credentials_of_another_scheme_are_none(string header)
    {
        var refused = (await Api.PostAsync(Write, null, ("Authorization", header))).ShouldBeProblem(401);

        Assert.Equal("Bearer realm=\"marketplace\"", refused.Headers["WWW-Authenticate"]);
        (await Api.GetAsync("/v1/products", ("Authorization", header))).ShouldBe(200);
    }

    [Fact]
    public async Task The_schemes_case_does_not_count() => (await Api.PostAsync(Write, null, ("Authorization", $"bEARER  {Forged.Good()} "))).ShouldBeProblem(404);

    [Fact]
    public async Task A_token_is_taken_from_the_header_alone()
    {
        var token = Tokens.Of("tester", Role.Auditor);

        (await Api.Anonymous.GetAsync($"/v1/audit/events?access_token={token}")).ShouldBeProblem(401);
        (await Api.Anonymous.GetAsync("/v1/audit/events", ("Cookie", $"access_token={token}; Authorization=Bearer {token}"))).ShouldBeProblem(401);
        (await Api.Anonymous.GetAsync("/v1/audit/events", ("X-Authorization", $"Bearer {token}"))).ShouldBeProblem(401);
    }

    [Theory]
    [InlineData("seller", 404)]
    [InlineData(new[] { "seller" }, 404)]
    [InlineData(new[] { "king", "auditor", "seller" }, 404)]
    [InlineData(new[] { "king", "auditor" }, 403)]
    [InlineData("king", 403)]
    [InlineData("SELLER", 403)]
    [InlineData("seller auditor", 403)]
    [InlineData("", 403)]
    public async Task Roles_are_one_word_or_an_array_and_unknown_ones_open_nothing(object role, int status) =>
        (await Api.With(Forged.Signed(Forged.Claims(role: role))).PostAsync(Write)).ShouldBeProblem(status);

    [Fact]
    public async Task A_role_that_is_no_text_opens_nothing()
    {
        foreach (object role in new object[] { 1, true, new { seller = true }, new object[] { new[] { "seller" } } })
            (await Api.With(Forged.Signed(Forged.Claims(role: role))).PostAsync(Write)).ShouldBeProblem(403);
    }

    [Fact]
    public async Task A_subject_may_have_255_characters() =>
        (await Api.With(Forged.Signed(Forged.Claims(sub: new string('s', 255), role: "auditor"))).GetAsync("/v1/audit/events?limit=1")).ShouldBe(200);

    [Fact]
    public async Task A_caller_without_a_token_is_told_how_to_bring_one()
    {
        var refused = (await Api.Anonymous.PostAsync(Write)).ShouldBeProblem(401);

        Assert.Equal("Bearer realm=\"marketplace\"", refused.Headers["WWW-Authenticate"]);
        Assert.Equal("urn:marketplace:problem:token-required", (string?)refused.Json["type"]);
    }

    [Fact]
    public async Task Who_may_not_is_told_before_a_body_is_read()
    {
        // No JSON, of no known type, and longer than any body may be.
        var body = new string('x', 2 * 1024 * 1024);
        (string, string)[] type = [("Content-Type", "application/json"), ("If-Match", "nonsense")];

        (await Api.Anonymous.PutAsync(Given.Offer("powells"), body, type)).ShouldBeProblem(401);
        (await Api.As("riverside", Role.Seller).PutAsync(Given.Offer("powells"), body, type)).ShouldBeProblem(403);
        (await Api.As("powells", Role.Auditor).PutAsync(Given.Offer("powells"), body, type)).ShouldBeProblem(403);
    }
}
