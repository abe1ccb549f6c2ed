using System.Net;
using System.Net.Http.Json;
using Alba;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.HttpTests.Logs;

/// <summary>Runs alone, and therefore after everything that runs side by side: by then the log is whole.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AfterAllOthers
{
    public const string Name = "The log of the whole suite";
}

[Collection(AfterAllOthers.Name)]
public sealed class WholeLogTests
{
    [Fact]
    public async Task No_line_of_the_whole_suites_log_holds_a_token_a_key_or_a_password()
    {
        // The suite may have been filtered down to this test: it makes its own trouble, at the level of log that tells most.
        await InMemoryAsync();
        await AsAProgramAsync();

        Assert.True(SuiteLog.Count > 500, $"Only {SuiteLog.Count} lines were heard.");
        Assert.True(SuiteLog.Secrets.Count >= 6, $"Only {SuiteLog.Secrets.Count} secrets are known.");
        var found = LogSecrets.Find(SuiteLog.Read(), SuiteLog.Secrets);
        Assert.True(found.Count == 0, string.Join('\n', found.Select(line => line[..Math.Min(400, line.Length)])));
    }

    [Fact]
    public void Every_application_that_a_test_starts_is_heard() =>
        Assert.All(
            from file in Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(Readme.Tour.Readme())!, "tests", "Marketplace.HttpTests"), "*.cs", SearchOption.AllDirectories)
            let text = File.ReadAllText(file)
            where text.Contains("AlbaHost.For<" + "Program>")
            select (file, text),
            one => Assert.True(one.text.Contains(".IsHeard("), $"{one.file} starts an application whose log nobody reads."));

    [Theory]
    [InlineData("Executing select 1 with my-own-secret-key in it")]
    [InlineData("Request headers: Authorization: Basic dXNlcjpwYXNz")]
    [InlineData("token eyJhbGciOiJub25lIn0.eyJzdWIiOiJwb3dlbGxzIn0.")]
    [InlineData("sent with bearer abcdefghijklmnopqrstuvwxyz")]
    [InlineData("Opening Host=db;Username=marketplace;Password=hunter2")]
    public void What_must_not_be_there_would_be_found_and_not_told_again(string line)
    {
        var found = Assert.Single(LogSecrets.Find([line], ["my-own-secret-key"]));

        Assert.DoesNotContain("my-own-secret-key", found);
        Assert.DoesNotContain("hunter2", found);
    }

    [Fact]
    public void What_may_be_there_is_not_taken_for_a_secret() =>
        Assert.Empty(LogSecrets.Find(["Host=db;Password=***", "Bearer realm=\"marketplace\"", "The password is wrong", "key-1"], ["key-1"]));

    private static async Task InMemoryAsync()
    {
        var database = await MarketplaceFixture.NewDatabaseAsync();
        SuiteLog.SecretOf(database.ConnectionString);
        await using var host = await AlbaHost.For<Program>(builder => builder.UseSetting("ConnectionStrings:Marketplace", database.ConnectionString)
            .UseSetting(Tokens.Setting.Name, Tokens.Setting.Value).IsHeard(LogLevel.Trace));
        var before = SuiteLog.Count;
        var answers = await TroubleAsync(new Api(host));
        await database.ExecuteAsync("alter table marketplace.product rename to gone");
        answers.Add((await new Api(host).GetAsync("/v1/products")).ShouldBe(500));
        await database.DisposeAsync();
        answers.Add((await new Api(host).GetAsync("/health/ready")).ShouldBe(503));
        answers.Add(await new Api(host).PutAsync("/v1/products/lost", new { title = "Lost" }, ("Idempotency-Key", "the-key-of-a-lost-write")));

        Assert.True(SuiteLog.Count - before > 100, "The application was not heard.");
        // What callers are told is held to the same.
        Assert.Empty(LogSecrets.Find(answers.Select(answer => answer.Body + string.Join(' ', answer.Headers)), SuiteLog.Secrets));
    }

    private static async Task<List<Answered>> TroubleAsync(Api api)
    {
        var (_, seller, offer) = await api.OfferAsync();
        var (token, key) = (Tokens.Of(seller, Role.Seller), ("Idempotency-Key", "a-key-that-nobody-must-read"));
        var answers = new List<Answered>
        {
            await api.PatchAsync(offer, new { quantity = 3 }, key),
            await api.PatchAsync(offer, new { quantity = 3 }, key),
            await api.PatchAsync(offer, new { quantity = 4 }, key),
            await api.PatchAsync(offer, "{", key),
            await api.As("somebody-else", Role.Seller).PatchAsync(offer, new { quantity = 5 }, key),
            await api.With(token[..^6] + "AAAAAA").PatchAsync(offer, new { quantity = 5 }),
            await api.With("not-a-token-at-all-but-still-nobodys-business").GetAsync("/v1/products"),
            await api.GetAsync("/v1/products", ("Authorization", "Basic bWFya2V0cGxhY2U6c2VjcmV0")),
            await api.GetAsync($"/v1/products?access_token={new string('x', 10)}"),
        };
        Assert.Equal([200, 200, 422], answers.Take(3).Select(answer => answer.Status));
        Assert.Equal([403, 401, 401], answers.Skip(4).Take(3).Select(answer => answer.Status));
        return answers;
    }

    private static async Task AsAProgramAsync()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString),
            ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"), ("Logging__LogLevel__Npgsql", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"), ("Logging__LogLevel__Marten.IDocumentStore", "Trace"));
        // A token in the address is refused; it is a token all the same.
        await program.Client.GetAsync($"/v1/products?access_token={Tokens.Of("careless", Role.Seller)}");
        (await program.Client.PutAsJsonAsync("/v1/products/book", new { title = "T" })).EnsureSuccessStatusCode();
        using var write = new HttpRequestMessage(HttpMethod.Put, Given.Offer("powells")) { Content = JsonContent.Create(Given.Terms("book", 5m)) };
        write.Headers.Add("Idempotency-Key", "another-key-that-nobody-must-read");
        Assert.Equal(HttpStatusCode.Created, (await program.Client.SendAsync(write)).StatusCode);
        Assert.Contains("Microsoft.AspNetCore", program.Log);
    }
}
