using System.Net;
using System.Net.Sockets;
using System.Text;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>API7:2023 Server Side Request Forgery: the program fetches no address that a caller names, wherever the caller puts it.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api07ServerSideRequestForgeryTests(ServedMarketplace market)
{
    [Fact]
    public async Task No_address_of_a_callers_is_ever_asked()
    {
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)trap.LocalEndpoint).Port}/secret";
        (string, string)[] headers =
        [
            ("Referer", url), ("Origin", url), ("Forwarded", $"host={url}"), ("X-Forwarded-Host", url[7..]), ("X-Original-URL", url), ("X-Wap-Profile", url), ("Link", $"<{url}>"),
            ("Marketplace-Reference", url), ("Marketplace-Reason", url), ("Profile", url), ("X-Webhook", url), ("Callback-Url", url),
        ];
        foreach (var (method, path, body, token) in new (string, string, object?, string?)[]
                 {
                     ("PUT", "/v1/products/trap", new { title = url, author = url, description = $"<img src=\"{url}\"> <!ENTITY x SYSTEM \"{url}\">" }, Tokens.Of("cat", Role.Catalog)),
                     ("PUT", Given.Offer("powells", "trap"), Given.Terms(ServedMarketplace.Product, 9m, conditionNote: url), market.Attacker),
                     ("PATCH", Given.Offer("powells", "trap"), new { quantity = 3, reason = url }, market.Attacker),
                     ("POST", "/v1/products/trap/reviews", new { reviewerId = "url", rating = 1, title = url, body = url }, Tokens.Of("url", Role.Reviewer)),
                     ("POST", "/v1/lowest-prices/query", new { productIds = new[] { url } }, null),
                     ("PUT", "/v1/products/trap", $"{{\"$schema\":\"{url}\",\"$ref\":\"{url}\",\"title\":\"T\"}}", Tokens.Of("cat", Role.Catalog)),
                     ("POST", "/v1/sellers/powells/feeds", $"{{\"op\":\"patch\",\"sku\":\"{url}\",\"reason\":\"{url}\",\"messageId\":\"{url}\"}}\n", market.Attacker),
                     ("GET", "/products/trap", null, null), ("GET", $"/products/trap?asOf={Uri.EscapeDataString(url)}", null, null), ("GET", "/v1/products/trap", null, null),
                     ("GET", $"/v1/products?after={Uri.EscapeDataString(url)}", null, null), ("GET", $"/?next={Uri.EscapeDataString(url)}&url={Uri.EscapeDataString(url)}", null, null),
                 })
        {
            var type = path.EndsWith("/feeds") ? [("Content-Type", "application/x-ndjson")] : Array.Empty<(string, string)>();
            Assert.True((await market.SendAsync(method, path, body, token, [.. headers, .. type])).Status < 500);
        }
        // Tokens that say where to find the key or the issuer.
        foreach (var member in new[] { "jku", "x5u", "kid" })
            (await market.SendAsync("GET", "/v1/products", null, Token($$"""{"alg":"RS256","typ":"JWT","{{member}}":"{{url}}"}""", $$"""{"sub":"powells","role":"seller","iss":"{{url}}"}""")))
                .ShouldBeProblem(401);
        // A proxy's request for another host's page is answered by this one, or not at all.
        var proxied = await market.RawAsync($"GET {url} HTTP/1.1");
        Assert.True(proxied.Status is >= 400 and < 500);
        Assert.Equal(400, (await Limits.RawConnection.AskAsync(market.Address, $"CONNECT {url[7..]} HTTP/1.1\r\nHost: {url[7..^7]}\r\nConnection: close\r\n\r\n")).Status is 400 or 404 or 405 ? 400 : 0);

        // Whatever runs in the background has had its turn, too.
        await Task.Delay(500);
        Assert.False(trap.Pending(), "Somebody asked for the caller's address.");
    }

    private static string Token(string header, string payload) =>
        $"{Convert.ToBase64String(Encoding.UTF8.GetBytes(header)).TrimEnd('=')}.{Convert.ToBase64String(Encoding.UTF8.GetBytes(payload)).TrimEnd('=')}.c2lnbmF0dXJl";
}
