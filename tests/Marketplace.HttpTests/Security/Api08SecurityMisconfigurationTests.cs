using System.Diagnostics;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>API8:2023 Security Misconfiguration: as it is delivered the program tells nothing of its inside and lets in nothing by default.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api08SecurityMisconfigurationTests(ServedMarketplace market)
{
    [Theory]
    [InlineData("/v1/products")]
    [InlineData("/v1/products/no-such")]
    [InlineData("/v1/products?limit=x")]
    [InlineData("/nowhere")]
    [InlineData("/")]
    [InlineData("/swagger/index.html")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/metrics")]
    public async Task No_answer_says_what_it_runs_on_or_lets_a_browser_do_more_than_it_must(string path)
    {
        var answer = await market.SendAsync("GET", path);

        foreach (var name in new[] { "Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetCore-Version", "Via", "Set-Cookie" }) Assert.DoesNotContain(name, answer.Headers.Keys);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Contains("frame-ancestors 'none'", answer.Headers["Content-Security-Policy"]);
        foreach (var word in new[] { "   at ", "Exception", "Npgsql", "Marten", "Wolverine", "Kestrel", "/src/" }) Assert.DoesNotContain(word, answer.Body);
    }

    [Fact]
    public async Task Trace_options_and_other_sites_get_nothing()
    {
        var secret = new[] { ("X-Secret", "not-to-be-told-again") };
        var trace = await market.SendAsync("TRACE", "/v1/products", null, null, secret);
        Assert.DoesNotContain("not-to-be-told-again", trace.ShouldBeProblem(405).Body);
        var preflight = await market.SendAsync("OPTIONS", Given.Offer("powells"), null, null, ("Origin", "https://elsewhere.example"), ("Access-Control-Request-Method", "DELETE"));
        Assert.DoesNotContain(preflight.ShouldBeProblem(405).Headers.Keys, name => name.StartsWith("Access-Control-"));
    }

    [Theory]
    [InlineData("elsewhere.example")]
    [InlineData("elsewhere.example:1234")]
    [InlineData("a\"><script>alert(1)</script>")]
    public async Task The_host_a_caller_names_comes_back_in_no_address(string host)
    {
        foreach (var path in new[] { "/v1/products/book", "/swagger", "/products/book" })
        {
            var answer = await Limits.RawConnection.AskAsync(market.Address, $"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: {host}\r\nConnection: close\r\n\r\n");
            Assert.DoesNotContain("elsewhere.example", answer.Text);
            Assert.DoesNotContain("<script>", answer.Text);
        }
        var put = (await market.SendAsync("PUT", Given.Offer("powells", $"host-{Guid.NewGuid():N}"[..20]), Given.Terms("book", 3m), market.Attacker, ("Host", "elsewhere.example"))).ShouldBe(201);
        Assert.StartsWith("/v1/sellers/powells/offers/", put.Headers["Location"]);
    }

    [Fact]
    public async Task A_request_with_two_lengths_is_one_request_and_the_last_on_its_connection()
    {
        // Smuggling: what is behind the end of the chunks must not be taken for another's request by anybody on the way.
        const string hidden = "GET /v1/products/book HTTP/1.1\r\nHost: a\r\nX: ";
        var answer = await Limits.RawConnection.AskAsync(market.Address,
            $"POST /v1/lowest-prices/query HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {5 + hidden.Length}\r\nTransfer-Encoding: chunked\r\n"
            + $"Connection: close\r\n\r\n0\r\n\r\n{hidden}");

        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain("HTTP/1.1", answer.Body);
    }

    [Theory]
    [InlineData("Authentication__Authority", "http://issuer.example", "Authentication__Audience", "marketplace")]
    [InlineData("Authentication__Authority", "https://issuer.example", "", "")]
    [InlineData("Authentication__Audience", "marketplace", "", "")]
    [InlineData("Authentication__Authority", "ftp://issuer.example", "Authentication__Audience", "marketplace")]
    [InlineData("Authentication__Authority", "https://user:pass@issuer.example", "Authentication__Audience", "marketplace")]
    public async Task A_program_told_to_trust_what_cannot_be_trusted_does_not_start(string name, string value, string second, string secondValue)
    {
        var (code, errors) = await StartAsync((name, value), (second, secondValue));

        Assert.NotEqual(0, code);
        Assert.Contains("Authentication:", errors);
        Assert.DoesNotContain("   at ", errors);
        Assert.DoesNotContain("user:pass", errors);
    }

    [Fact]
    public async Task The_development_issuer_and_one_for_production_exclude_each_other()
    {
        var (code, errors) = await StartAsync(("Authentication__Authority", "https://issuer.example"), ("Authentication__Audience", "marketplace"),
            ("Authentication__DevelopmentKeyFile", Tokens.KeyFile));

        Assert.NotEqual(0, code);
        Assert.Contains("Authentication:DevelopmentKeyFile", errors);
    }

    private async Task<(int Code, string Errors)> StartAsync(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ConnectionStrings__Marketplace"] = market.Database.ConnectionString;
        foreach (var (name, value) in environment.Where(one => one.Name.Length > 0)) start.Environment[name] = value;
        using var program = Process.Start(start)!;
        var (output, errors) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        try
        {
            await program.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            program.Kill();
            Assert.Fail("The program serves.");
        }
        return (program.ExitCode, await errors + await output);
    }
}
