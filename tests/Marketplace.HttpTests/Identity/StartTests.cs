using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using DevelopmentIssuer;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Identity;

/// <summary>The program as a process: whom it trusts without being told, and that it ends rather than trust nobody knows whom.</summary>
public class StartTests
{
    private const string NoKeyNamed = "Authentication__DevelopmentKeyFile";

    [Fact]
    public async Task With_a_database_elsewhere_and_no_issuer_it_ends_and_says_what_to_set()
    {
        var ended = await ProgramCommand.RunAsync(["--urls", "http://127.0.0.1:0"], ("ConnectionStrings__Marketplace", "Host=db.example.org;Password=hidden"));

        Assert.Equal((1, ""), (ended.Code, ended.Output));
        foreach (var part in new[] { "Authentication:Authority", "Authentication:Audience", "Authentication:DevelopmentKeyFile" }) Assert.Contains(part, ended.Errors);
        Assert.DoesNotContain('\n', ended.Errors.Trim());
        Assert.DoesNotContain("hidden", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://login.example.org", "", "", "Authentication:Audience is not")]
    [InlineData("", "marketplace", "", "Authentication:Authority is not")]
    [InlineData("https://login.example.org", "marketplace", "key.pem", "both set")]
    [InlineData("http://login.example.org", "marketplace", "", "https")]
    public async Task With_settings_that_do_not_fit_together_it_ends(string authority, string audience, string keyFile, string says)
    {
        var ended = await ProgramCommand.RunAsync([], ("ConnectionStrings__Marketplace", "Host=db.example.org"), ("Authentication__Authority", authority),
            ("Authentication__Audience", audience), (NoKeyNamed, keyFile));

        Assert.Equal((1, ""), (ended.Code, ended.Output));
        Assert.Contains(says, ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_made_before_the_program_ever_ran_is_good_for_it_and_so_is_one_made_while_it_runs()
    {
        var folder = Path.Combine(Path.GetTempPath(), "marketplace-tokens-" + Guid.NewGuid().ToString("N")[..8]);
        (string, string)[] environment = [("MARKETPLACE_DATA", folder), (NoKeyNamed, "")];
        try
        {
            var before = await ProgramCommand.RunAsync(["token", "--role", "catalog", "--subject", "ed"], environment);
            Assert.Equal((0, ""), (before.Code, before.Errors));
            Assert.Equal([DevelopmentKey.FileName], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));

            await using var program = await RunningProgram.StartAsync(environment);
            var during = await ProgramCommand.RunAsync(["token", "--role", "auditor", "--subject", "inspector", "--expires", "5m"], environment);
            Assert.Equal((0, ""), (during.Code, during.Errors));
            using var client = new HttpClient { BaseAddress = program.Client.BaseAddress };

            Assert.Equal(HttpStatusCode.Created, await SendAsync(client, HttpMethod.Put, "/v1/products/book", before.Output));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Get, "/v1/audit/streams/product%2Fbook", during.Output));
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(client, HttpMethod.Get, "/v1/audit/streams/product%2Fbook", Tokens.Of("inspector", Marketplace.Identity.Role.Auditor)));
            Assert.Contains("for development alone", program.Log, StringComparison.Ordinal);
            // Beside data of its own, that tokens are its own is nothing to be warned of.
            Assert.Matches("\"LogLevel\":\"Information\"[^\n]*Tokens are this program's own", program.Log);
            foreach (var token in new[] { before.Output, during.Output }) Assert.DoesNotContain(token.Trim().Split('.')[2], program.Log, StringComparison.Ordinal);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task With_a_database_of_this_machine_it_keeps_a_key_of_its_own_and_warns()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var folder = Path.Combine(Path.GetTempPath(), "marketplace-tokens-" + Guid.NewGuid().ToString("N")[..8]);
        (string, string)[] environment = [("ConnectionStrings__Marketplace", database.ConnectionString), ("MARKETPLACE_DATA", folder), (NoKeyNamed, "")];
        try
        {
            await using var program = await RunningProgram.StartAsync(environment);
            var token = await ProgramCommand.RunAsync(["token", "--role", "auditor", "--subject", "inspector"], environment);
            using var client = new HttpClient { BaseAddress = program.Client.BaseAddress };

            Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Get, "/v1/audit/events?limit=1", token.Output));
            Assert.Equal([DevelopmentKey.FileName], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
            Assert.Matches("\"LogLevel\":\"Warning\"[^\n]*Tokens are this program's own", program.Log);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Commands_that_serve_nobody_need_no_issuer()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var ended = await ProgramCommand.RunAsync(["rebuild", "Products"], ("ConnectionStrings__Marketplace", database.ConnectionString));

        Assert.True(ended.Code == 0, ended.Errors);
        Assert.Contains("Products: rebuilt", ended.Output, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, HttpMethod method, string url, string token)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        if (method == HttpMethod.Put) request.Content = JsonContent.Create(new { title = "A book" });
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
