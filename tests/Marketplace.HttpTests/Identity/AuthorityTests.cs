using System.Security.Cryptography;
using System.Text;
using Alba;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using TestSupport;

namespace Marketplace.HttpTests.Identity;

/// <summary>Tokens of an OpenID Connect issuer: found by discovery, checked with its keys as they change, and what happens while it is away.</summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private const string Log = "/v1/audit/events?limit=1";
    private readonly SetClock _clock = new();
    private TestDatabase _database = null!;
    private OpenIdIssuer _issuer = null!;
    private IAlbaHost _host = null!;

    private Api Api => new(_host, "");

    public async Task InitializeAsync()
    {
        (_database, _issuer) = (await MarketplaceFixture.NewDatabaseAsync(), await OpenIdIssuer.StartAsync());
        _host = await IdentityHost.StartAsync(_database.ConnectionString, _clock, _issuer.Settings);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Its_tokens_are_believed_and_its_subjects_recorded()
    {
        var (rsa, curve) = (_issuer.NewRsaKey(), _issuer.NewEcKey());
        Assert.Equal(0, _issuer.Asked);

        (await Api.With(_issuer.Token(rsa, "RS256", "f3b1|editor", "catalog")).PutAsync("/v1/products/book", new { title = "t" })).ShouldBe(201);
        foreach (var (key, algorithm) in new (SecurityKey, string)[] { (rsa, "RS512"), (rsa, "PS256"), (curve, "ES256") })
            (await Api.With(_issuer.Token(key, algorithm, "inspector", "auditor")).GetAsync(Log)).ShouldBe(200);

        var log = await Api.With(_issuer.Token(curve, "ES256", "inspector", "auditor")).GetAsync("/v1/audit/streams/product%2Fbook");
        Assert.Equal("catalog:f3b1|editor", (string?)log.ShouldBe(200).Json["items"]![0]!["actor"]);
        Assert.Equal(1, _issuer.Asked);
    }

    [Fact]
    public async Task Tokens_of_others_for_others_or_by_its_public_key_are_refused()
    {
        var (rsa, stranger) = (_issuer.NewRsaKey(), new RsaSecurityKey(RSA.Create(2048)) { KeyId = "stranger" });
        using var published = RSA.Create(rsa.Rsa.ExportParameters(false));
        var secret = new SymmetricSecurityKey(Encoding.ASCII.GetBytes(published.ExportSubjectPublicKeyInfoPem())) { KeyId = rsa.KeyId };

        foreach (var (token, says) in new[]
                 {
                     (_issuer.Token(rsa, "RS256", "a", "auditor", audience: "api://bookshop"), "audience"),
                     (_issuer.Token(rsa, "RS256", "a", "auditor", issuer: "https://login.example.org"), "issuer"),
                     (_issuer.Token(stranger, "RS256", "a", "auditor"), "signature"),
                     (_issuer.Token(new RsaSecurityKey(stranger.Rsa) { KeyId = rsa.KeyId }, "RS256", "a", "auditor"), "signature"),
                     (_issuer.Token(secret, "HS256", "a", "auditor"), "signature"),
                     (Tokens.Of("a", Role.Auditor), "issuer"),
                 })
        {
            var refused = (await Api.With(token).GetAsync(Log)).ShouldBeProblem(401);
            Assert.Contains(says, (string?)refused.Json["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_new_key_is_found_by_the_first_token_that_names_it()
    {
        (await Api.With(_issuer.Token(_issuer.NewRsaKey(), "RS256", "a", "auditor")).GetAsync(Log)).ShouldBe(200);
        var token = _issuer.Token(_issuer.NewEcKey(), "ES256", "b", "auditor");

        // No oftener than the least pause, whatever callers send.
        (await Api.With(token).GetAsync(Log)).ShouldBeProblem(401);
        _clock.Now += AuthorityKeys.LeastPause;
        (await Api.With(token).GetAsync(Log)).ShouldBe(200);
        Assert.Equal(2, _issuer.Asked);
    }

    [Fact]
    public async Task Invented_keys_do_not_make_the_program_ask_more_often()
    {
        var key = _issuer.NewRsaKey();
        (await Api.With(_issuer.Token(key, "RS256", "a", "auditor")).GetAsync(Log)).ShouldBe(200);
        for (var i = 0; i < 20; i++)
        {
            if (i == 10) _clock.Now += AuthorityKeys.LeastPause;
            (await Api.With(_issuer.Token(new RsaSecurityKey(key.Rsa) { KeyId = $"invented-{i}" }, "RS256", "a", "auditor")).GetAsync(Log)).ShouldBeOneOf(200, 401);
        }

        Assert.Equal(2, _issuer.Asked);
    }

    [Fact]
    public async Task A_key_taken_back_is_not_trusted_any_more_after_the_next_reading_not_even_for_tokens_seen_before()
    {
        var (old, next) = (_issuer.NewRsaKey(), _issuer.NewRsaKey());
        var (before, after) = (Api.With(_issuer.Token(old, "RS256", "a", "auditor")), Api.With(_issuer.Token(next, "RS256", "a", "auditor")));
        (await before.GetAsync(Log)).ShouldBe(200);
        (await after.GetAsync(Log)).ShouldBe(200);
        _issuer.Withdraw(old);
        (await before.GetAsync(Log)).ShouldBe(200);

        _clock.Now += AuthorityKeys.RefreshAfter;
        await Eventually.TrueAsync(() => before.GetAsync(Log).GetAwaiter().GetResult().Status == 401, "the key is not trusted any more");
        (await after.GetAsync(Log)).ShouldBe(200);
        Assert.Equal(2, _issuer.Asked);
    }

    [Fact]
    public async Task While_it_was_never_reached_tokens_cannot_be_checked_and_what_is_open_stays_open()
    {
        var token = _issuer.Token(_issuer.NewRsaKey(), "RS256", "a", "auditor");
        _issuer.Answers = Fails;

        var refused = (await Api.With(token).GetAsync(Log)).ShouldBeProblem(503);
        Assert.Equal("urn:marketplace:problem:authority-unavailable", (string?)refused.Json["type"]);
        Assert.NotNull(refused.Headers["Retry-After"]);
        Assert.DoesNotContain(_issuer.Address, refused.Body, StringComparison.Ordinal);
        (await Api.With(token).GetAsync("/v1/products")).ShouldBe(200);
        (await Api.GetAsync(Log)).ShouldBeProblem(401);
        Assert.Equal(1, _issuer.Asked);

        _issuer.Answers = _ => Task.FromResult(true);
        _clock.Now += AuthorityKeys.LeastPause;
        (await Api.With(token).GetAsync(Log)).ShouldBe(200);
    }

    [Fact]
    public async Task Once_it_was_reached_it_may_go_away()
    {
        var key = _issuer.NewRsaKey();
        (await Api.With(_issuer.Token(key, "RS256", "a", "auditor")).GetAsync(Log)).ShouldBe(200);
        _issuer.Answers = Fails;

        for (var i = 0; i < 3; i++)
        {
            // A reading that still runs is joined, and its failure is as old as its end: so the next request may ask nobody.
            var asked = _issuer.Asked;
            for (var times = 0; _issuer.Asked == asked; times++)
            {
                Assert.True(times < 100, "It is not asked again.");
                _clock.Now += AuthorityKeys.RefreshAfter;
                (await Api.With(_issuer.Token(key, "RS256", $"new-{i}", "auditor")).GetAsync(Log)).ShouldBe(200);
                await Task.Delay(10);
            }
        }
    }

    [Fact]
    public async Task One_that_never_answers_is_asked_once_for_all_who_wait_and_given_up()
    {
        var token = _issuer.Token(_issuer.NewRsaKey(), "RS256", "a", "auditor");
        var gone = new CancellationTokenSource();
        _issuer.Answers = async http =>
        {
            await Task.WhenAny(Task.Delay(Timeout.Infinite, gone.Token), Task.Delay(Timeout.Infinite, http.RequestAborted));
            return false;
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Api.With(token).GetAsync(Log)));
        await gone.CancelAsync();

        Assert.All(answers, answer => answer.ShouldBeProblem(503));
        Assert.Equal(1, _issuer.Asked);
    }

    [Fact]
    public async Task One_that_answers_in_anothers_name_is_not_believed()
    {
        var token = _issuer.Token(_issuer.NewRsaKey(), "RS256", "a", "auditor", issuer: "https://login.example.org");
        _issuer.Pretends = "https://login.example.org";

        (await Api.With(token).GetAsync(Log)).ShouldBeProblem(503);
    }

    [Fact]
    public async Task One_that_never_stops_talking_is_not_listened_to()
    {
        var token = _issuer.Token(_issuer.NewRsaKey(), "RS256", "a", "auditor");
        _issuer.Answers = async http =>
        {
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            for (var i = 0; i < 1000; i++) await http.Response.Body.WriteAsync(spaces, http.RequestAborted);
            return false;
        };

        (await Api.With(token).GetAsync(Log)).ShouldBeProblem(503);
    }

    [Fact]
    public async Task One_that_sends_elsewhere_is_not_followed()
    {
        await using var elsewhere = await OpenIdIssuer.StartAsync();
        _issuer.Answers = http =>
        {
            http.Response.Redirect(elsewhere.Address + http.Request.Path);
            return Task.FromResult(false);
        };

        (await Api.With(_issuer.Token(elsewhere.NewRsaKey(), "RS256", "a", "auditor")).GetAsync(Log)).ShouldBeProblem(503);
        Assert.Equal(0, elsewhere.Asked);
    }

    private static Task<bool> Fails(HttpContext http)
    {
        http.Response.StatusCode = 500;
        return Task.FromResult(false);
    }
}
