using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>API2:2023 Broken Authentication: nobody becomes somebody else by what is no token of the issuer's.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api02BrokenAuthenticationTests(ServedMarketplace market)
{
    private static string[] Parts => Tokens.Of(ServedMarketplace.Mine, Role.Seller).Split('.');

    public static TheoryData<string, string> Forgeries => new()
    {
        { "another's name over one's own signature", $"{Parts[0]}.{With(Parts[1], "sub", ServedMarketplace.Theirs)}.{Parts[2]}" },
        { "another role over one's own signature", $"{Parts[0]}.{With(Parts[1], "role", "operator")}.{Parts[2]}" },
        { "no expiry", $"{Parts[0]}.{With(Parts[1], "exp", null)}.{Parts[2]}" },
        { "no algorithm", $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{With(Parts[1], "sub", ServedMarketplace.Theirs)}." },
        { "no algorithm, spelt otherwise", $"{Encode("""{"alg":"nOnE","typ":"JWT"}""")}.{With(Parts[1], "sub", ServedMarketplace.Theirs)}." },
        { "signed with a secret of the caller's", Signed("""{"alg":"HS256","typ":"JWT"}""", "secret") },
        { "signed with the key's own name", Signed("""{"alg":"HS256","typ":"JWT","kid":"../../../../dev/null"}""", "") },
        { "a key of the caller's in the header", Signed("""{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"c2VjcmV0"}}""", "secret") },
        { "a cut signature", $"{Parts[0]}.{Parts[1]}.{Parts[2][..^8]}" },
        { "no signature", $"{Parts[0]}.{Parts[1]}." },
        { "two parts", $"{Parts[0]}.{Parts[1]}" },
        { "four parts", $"{Parts[0]}.{Parts[1]}.{Parts[2]}.{Parts[2]}" },
        { "nonsense", "x" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_is_forged_is_refused_everywhere(string what, string token)
    {
        var before = await market.EventsAsync();

        foreach (var (method, path, body) in new[] { ("PATCH", Given.Offer(ServedMarketplace.Theirs), """{"quantity":1}"""), ("GET", "/v1/products", null), ("GET", "/metrics", null) })
        {
            var refused = (await market.SendAsync(method, path, body, token)).ShouldBeProblem(401);
            Assert.StartsWith("Bearer", refused.Headers["WWW-Authenticate"]);
            Assert.False(token.Length > 10 && refused.Body.Contains(token), what);
        }
        Assert.Equal(before, await market.EventsAsync());
    }

    [Fact]
    public async Task A_token_counts_in_the_header_Authorization_alone_and_once()
    {
        var (token, path) = (market.Attacker, Given.Offer(ServedMarketplace.Mine) + "/price-history");

        (await market.SendAsync("GET", path, null, token)).ShouldBe(200);
        (await market.SendAsync("GET", path)).ShouldBeProblem(401);
        (await market.SendAsync("GET", $"{path}?access_token={token}")).ShouldBeOneOf(400, 401);
        foreach (var (name, value) in new[] { ("Cookie", $"access_token={token}; token={token}"), ("X-Access-Token", token), ("X-Auth-Token", token), ("Proxy-Authorization", $"Bearer {token}") })
            (await market.SendAsync("GET", path, null, null, (name, value))).ShouldBeProblem(401);
        foreach (var value in new[] { token, $"Token {token}", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("powells:powells"))}", "Bearer", "Bearer " })
            (await market.SendAsync("GET", path, null, null, ("Authorization", value))).ShouldBeProblem(401);
        var two = await market.RawAsync($"GET {path} HTTP/1.1", token, $"Authorization: Bearer {Tokens.Of("ann", Role.Auditor)}\r\n");
        Assert.Equal(401, two.Status);
    }

    [Fact]
    public async Task Nothing_hands_out_tokens_or_keys()
    {
        foreach (var path in new[] { "/token", "/connect/token", "/oauth/token", "/v1/token", "/login", "/.well-known/openid-configuration", "/.well-known/jwks.json", "/development-key" })
            foreach (var method in new[] { "GET", "POST" })
                (await market.SendAsync(method, path, method == "POST" ? "{}" : null)).ShouldBeProblem(404);
    }

    private static string With(string payload, string claim, string? value)
    {
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(payload))!.AsObject();
        if (value is null) claims.Remove(claim);
        else claims[claim] = value;
        return Encode(claims.ToJsonString());
    }

    private static string Signed(string header, string secret)
    {
        var signed = $"{Encode(header)}.{With(Parts[1], "sub", ServedMarketplace.Theirs)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
