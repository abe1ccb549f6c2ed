using System.Globalization;
using System.Net;
using Alba;
using Marketplace.Http;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Microsoft.AspNetCore.Http;
using TestSupport;

namespace Marketplace.HttpTests.Limits;

/// <summary>Requests per caller: a marketplace that takes three at once and then one a second.</summary>
public sealed class CallerLimitTests : IAsyncLifetime
{
    private const int Burst = 3;
    private static int _networks;
    private TestDatabase _database = null!;
    private IAlbaHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await MarketplaceFixture.NewDatabaseAsync();
        _host = await MarketplaceFixture.StartAsync(_database.ConnectionString, ("Limits:RequestsPerSecond", "1"), ("Limits:RequestBurst", $"{Burst}"));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_caller_over_its_rate_is_refused_and_told_when_the_next_request_is_taken()
    {
        var address = NewAddress();
        for (var i = 0; i < Burst; i++) Assert.Equal(200, (await GetAsync(address)).Status);

        var refused = await RefusalAsync(address);

        Assert.Equal("application/problem+json", refused.Headers["Content-Type"]);
        Assert.Equal("urn:marketplace:problem:too-many-requests", (string?)refused.Json["type"]);
        var seconds = int.Parse(refused.Headers["Retry-After"], NumberStyles.None, CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 1, 2);
        await Task.Delay(TimeSpan.FromSeconds(seconds + 1));
        Assert.Equal(200, (await GetAsync(address)).Status);
    }

    [Fact]
    public async Task A_caller_over_its_rate_takes_nothing_from_another()
    {
        await RefusalAsync(NewAddress());

        Assert.Equal(200, (await GetAsync(NewAddress())).Status);
    }

    [Fact]
    public async Task A_caller_with_a_token_is_its_subject_wherever_it_calls_from()
    {
        IEnumerable<(string, string)> As(string subject) => [("Authorization", $"Bearer {Tokens.Of(subject, Role.Seller)}")];
        for (var i = 0; i < 1000; i++)
            if (await GetAsync(NewAddress(), headers: As("busy")) is { Status: 429 }) break;
            else Assert.True(i < 999, "The caller was never refused.");

        Assert.Equal(200, (await GetAsync(NewAddress(), headers: As("quiet"))).Status);
    }

    [Fact]
    public async Task A_header_that_anybody_can_write_makes_nobody_another_caller()
    {
        var address = NewAddress();
        var names = new[] { "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Api-Key", "User-Agent" };

        await RefusalAsync(address, i => names.Select(name => (name, $"203.0.113.{i % 250}")));
    }

    [Fact]
    public async Task Health_is_told_to_whoever_asks_however_often()
    {
        var address = NewAddress();
        await RefusalAsync(address);

        for (var i = 0; i < 3 * Burst; i++) Assert.Equal(200, (await GetAsync(address, "/health/live")).Status);
    }

    [Fact]
    public async Task What_serves_no_route_is_counted_too()
    {
        var address = NewAddress();
        Answered answer;
        var sent = 0;
        do answer = await GetAsync(address, $"/v1/guess/{sent}");
        while (answer.Status == 404 && ++sent < 1000);

        Assert.Equal(429, answer.Status);
    }

    [Fact]
    public async Task What_is_refused_for_its_token_is_counted_at_its_address()
    {
        var address = NewAddress();

        await RefusalAsync(address, i => [("Authorization", $"Bearer guess-{i}")], otherwise: 401);
    }

    [Fact]
    public async Task What_is_refused_for_its_role_or_owner_is_counted_as_its_callers()
    {
        foreach (var (subject, path) in new[] { ("curious", "/v1/sellers/somebody-else/feeds"), ("nosy", "/v1/audit/events") })
            await RefusalAsync(null, _ => [("Authorization", $"Bearer {Tokens.Of(subject, Role.Seller)}")], path, otherwise: 403);
    }

    [Fact]
    public async Task Nothing_of_a_body_is_read_before_the_refusal()
    {
        var address = NewAddress();
        await RefusalAsync(address);

        // Were the body read, it would be an error of its own.
        var context = await _host.Server.SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = address;
            http.Request.Method = "POST";
            http.Request.Path = "/v1/lowest-prices/query";
            http.Request.ContentType = "application/json";
            http.Request.Body = new Unreadable();
        });

        Assert.Equal(429, context.Response.StatusCode);
    }

    [Fact]
    public async Task Without_a_rate_nobody_is_counted()
    {
        await using var host = await MarketplaceFixture.StartAsync(_database.ConnectionString, ("Limits:RequestsPerSecond", "0"), ("Limits:RequestBurst", "1"));
        var api = new Api(host);

        for (var i = 0; i < 100; i++) (await api.GetAsync("/v1/products")).ShouldBe(200);
    }

    // Sends until refused: how soon that is depends on the clock, that it comes does not.
    private async Task<Answered> RefusalAsync(IPAddress? address, Func<int, IEnumerable<(string Name, string Value)>>? headers = null,
        string path = "/v1/products", int otherwise = 200)
    {
        for (var i = 0; i < 1000; i++)
        {
            var answer = await GetAsync(address ?? NewAddress(), path, headers?.Invoke(i));
            if (answer.Status == 429) return answer;
            Assert.Equal(otherwise, answer.Status);
        }
        throw new InvalidOperationException("The caller was never refused.");
    }

    private async Task<Answered> GetAsync(IPAddress address, string path = "/v1/products", IEnumerable<(string Name, string Value)>? headers = null)
    {
        var context = await _host.Server.SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = address;
            http.Request.Method = HttpMethods.Get;
            http.Request.Path = path;
            foreach (var (name, value) in headers ?? []) http.Request.Headers[name] = value;
        });
        using var body = new StreamReader(context.Response.Body);
        return new Answered(context.Response.StatusCode,
            context.Response.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), await body.ReadToEndAsync());
    }

    private static IPAddress NewAddress() => new([10, 0, (byte)(Interlocked.Increment(ref _networks) / 250), (byte)(1 + _networks % 250)]);

    private sealed class Unreadable : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("The body was read.");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidOperationException("The body was read.");
    }
}
