using System.Net;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Microsoft.AspNetCore.Http;

namespace Marketplace.HttpTests.Contract;

/// <summary>What every answer tells browsers and caches, whatever became of the request.</summary>
public sealed class SecurityHeadersTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private const string Strict = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Api Api => app.Api;

    [Fact]
    public async Task Every_operation_of_the_document_answers_with_them()
    {
        var product = await Api.NewProductAsync();
        foreach (var operation in (await OpenApi.ReadAsync(Api)).Operations)
        {
            var path = operation.Path.Replace("{productId}", product).Replace("{reviewId}", $"{product}~ann").Replace("{", "").Replace("}", "");
            Check($"{operation.Method} {path}", await Api.SendAsync(operation.Method, path, operation.HasBody ? "{}" : null));
        }
    }

    [Theory]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/products/no-such-product", 404)]
    [InlineData("GET", "/products/..%2f", 404)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("POST", "/health/live", 405)]
    [InlineData("GET", "/v1/products?limit=x", 400)]
    [InlineData("PUT", "/v1/products/book", 401)]
    [InlineData("POST", "/v1/lowest-prices/query", 415)]
    [InlineData("GET", "/swagger/index.html", 200)]
    [InlineData("GET", "/swagger/swagger-ui.css", 200)]
    [InlineData("GET", "/swagger", 301)]
    public async Task Answers_of_every_kind_have_them(string method, string path, int status)
    {
        var answer = await SendAsync(method, path);

        answer.ShouldBe(status);
        Check($"{method} {path}", answer);
    }

    [Fact]
    public async Task An_unforeseen_failure_has_them_too()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        await database.ExecuteAsync("alter table marketplace.product rename to gone");

        var failed = (await new Api(host).GetAsync("/v1/products")).ShouldBeProblem(500);

        Check("a failure", failed);
        Assert.Equal("no-store", failed.Headers["Cache-Control"]);
        foreach (var word in new[] { "gone", "product_id", "Npgsql", "select", "   at " }) Assert.DoesNotContain(word, failed.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_documentation_may_run_its_own_scripts_and_no_other()
    {
        var policy = (await SendAsync("GET", "/swagger/index.html")).Headers["Content-Security-Policy"];

        Assert.Contains("script-src 'self';", policy);
        Assert.Contains("default-src 'none'", policy);
        Assert.DoesNotContain("unsafe-eval", policy);
        Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", policy);
        foreach (var path in new[] { "/v1/products", "/swaggered", "/v1/swagger" })
            Assert.Equal(Strict, (await SendAsync("GET", path)).Headers["Content-Security-Policy"]);
    }

    [Fact]
    public async Task What_a_caller_with_a_token_is_told_is_kept_for_nobody_else()
    {
        var product = await Api.NewProductAsync();

        var answer = await SendAsync("GET", $"/v1/products/{product}", http => http.Headers.Authorization = $"Bearer {Tokens.Of("powells", Role.Seller)}");

        Assert.Contains("Authorization", answer.Headers["Vary"]);
        Assert.Equal("private, no-cache", answer.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task Https_is_insisted_on_where_the_answer_comes_by_it()
    {
        Assert.Equal("max-age=31536000", (await SendAsync("GET", "/v1/products", http => http.Scheme = "https")).Headers["Strict-Transport-Security"]);
        Assert.DoesNotContain("Strict-Transport-Security", (await SendAsync("GET", "/v1/products")).Headers.Keys);
        // A header that any caller can write does not make it so.
        Assert.DoesNotContain("Strict-Transport-Security", (await SendAsync("GET", "/v1/products", http => http.Headers["X-Forwarded-Proto"] = "https")).Headers.Keys);
        await using var host = await MarketplaceFixture.StartAsync(app.Database.ConnectionString, ("Security:StrictTransportSeconds", "0"));
        var context = await host.Server.SendAsync(http => (http.Request.Scheme, http.Request.Path) = ("https", "/health/live"));
        Assert.Empty(context.Response.Headers.StrictTransportSecurity.ToString());
    }

    [Theory]
    [InlineData("https://elsewhere.example")]
    [InlineData("null")]
    public async Task No_other_site_may_read_an_answer(string origin)
    {
        foreach (var (method, path) in new[] { ("GET", "/v1/products"), ("OPTIONS", "/v1/products"), ("OPTIONS", "/v1/sellers/powells/offers/sku-1") })
        {
            var answer = await SendAsync(method, path, http =>
            {
                http.Headers.Origin = origin;
                http.Headers.AccessControlRequestMethod = "PUT";
                http.Headers.AccessControlRequestHeaders = "authorization";
            });
            Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            if (method == "OPTIONS") answer.ShouldBeProblem(405);
        }
    }

    private static void Check(string what, Answered answer)
    {
        void Is(string name, string expected) =>
            Assert.True(answer.Headers.GetValueOrDefault(name) == expected, $"{what} ({answer.Status}): {name} is '{answer.Headers.GetValueOrDefault(name)}'");

        Is("X-Content-Type-Options", "nosniff");
        Is("X-Frame-Options", "DENY");
        Is("Referrer-Policy", "no-referrer");
        Is("Cross-Origin-Resource-Policy", "same-origin");
        Assert.True(answer.Headers.ContainsKey("Cache-Control"), $"{what}: nothing is said about keeping it");
        var type = answer.Headers.GetValueOrDefault("Content-Type", "");
        var policy = answer.Headers.GetValueOrDefault("Content-Security-Policy", "");
        Assert.True(policy.Contains("default-src 'none'") && policy.Contains("frame-ancestors 'none'") && policy.Contains("base-uri 'none'"), $"{what}: {policy}");
        if (type.Contains("json")) Is("Content-Security-Policy", Strict);
        Assert.DoesNotContain(answer.Headers.Keys, name => name is "Server" or "X-Powered-By" or "X-AspNet-Version");
    }

    private async Task<Answered> SendAsync(string method, string path, Action<HttpRequest>? change = null)
    {
        var context = await app.Host.Server.SendAsync(http =>
        {
            http.Request.Method = method;
            http.Request.Path = WebUtility.UrlDecode(path.Split('?')[0]);
            http.Request.QueryString = path.Contains('?') ? new QueryString(path[path.IndexOf('?')..]) : default;
            change?.Invoke(http.Request);
        });
        using var body = new StreamReader(context.Response.Body);
        return new Answered(context.Response.StatusCode,
            context.Response.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), await body.ReadToEndAsync());
    }
}
