using System.Text;
using System.Text.Json;
using Marketplace.HttpTests.Limits;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using TestSupport;

namespace Marketplace.HttpTests.Security;

/// <summary>The classes of the OWASP API Security Top 10 (2023), one after another on one program that serves on a real socket.</summary>
[CollectionDefinition(Name)]
public sealed class OwaspApiSecurityTop10 : ICollectionFixture<ServedMarketplace>
{
    public const string Name = "OWASP API Security Top 10 2023";
}

/// <summary>The program with a little on offer: two sellers, a review, a feed.</summary>
public sealed class ServedMarketplace : IAsyncLifetime
{
    public const string Product = "book", Mine = "powells", Theirs = "riverside", Review = "book~ann";

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public TestDatabase Database { get; private set; } = null!;

    public RunningProgram Program { get; private set; } = null!;

    public Uri Address => Program.Client.BaseAddress!;

    /// <summary>A token of the seller who attacks.</summary>
    public string Attacker { get; } = Tokens.Of(Mine, Role.Seller);

    /// <summary>The other seller's feed.</summary>
    public string TheirFeed { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await MarketplaceFixture.NewDatabaseAsync();
        Program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", Database.ConnectionString));
        (await SendAsync("PUT", $"/v1/products/{Product}", new { title = "A book" }, Tokens.Of("cat", Role.Catalog))).ShouldBe(201);
        foreach (var seller in new[] { Mine, Theirs })
            (await SendAsync("PUT", Given.Offer(seller), Given.Terms(Product, 20m), Tokens.Of(seller, Role.Seller))).ShouldBe(201);
        (await SendAsync("POST", $"/v1/products/{Product}/reviews", new { reviewerId = "ann", rating = 4, title = "Good", body = "Short." }, Tokens.Of("ann", Role.Reviewer)))
            .ShouldBe(201);
        TheirFeed = (string)(await SendAsync("POST", $"/v1/sellers/{Theirs}/feeds", "{\"op\":\"patch\",\"sku\":\"sku-1\",\"quantity\":7}\n",
            Tokens.Of(Theirs, Role.Seller), ("Content-Type", "application/x-ndjson"))).ShouldBe(202).Json["feedId"]!;
        await EventuallyDoneAsync(Theirs, TheirFeed);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await Program.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Waits until a feed is done.</summary>
    public async Task EventuallyDoneAsync(string seller, string feed)
    {
        var until = DateTime.UtcNow + MarketplaceFixture.Patience;
        while ((string?)(await SendAsync("GET", $"/v1/sellers/{seller}/feeds/{feed}", null, Tokens.Of(seller, Role.Seller))).ShouldBe(200).Json["status"] != "done")
        {
            Assert.True(DateTime.UtcNow < until, "The feed does not come to its end.");
            await Task.Delay(20);
        }
    }

    /// <summary>How many events there are: an attack that is refused adds none.</summary>
    public Task<long> EventsAsync() => Database.ScalarAsync<long>("select count(*) from marketplace.mt_events");

    /// <summary>Sends a request with exactly this token and these headers.</summary>
    /// <param name="method">The method, whatever it is called.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="body">An object that is written as JSON, a string that is sent as it stands, or null.</param>
    /// <param name="token">The token, or null for none.</param>
    /// <param name="headers">More headers; one named Content-Type is the body's.</param>
    public async Task<Answered> SendAsync(string method, string path, object? body = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address, path));
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        foreach (var (name, value) in headers)
            if (name == "Content-Type") request.Content!.Headers.ContentType = new(value);
            else request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        return new Answered((int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a first line as it stands, which no client would let through, and the headers of a GET.</summary>
    public Task<RawConnection.Answer> RawAsync(string firstLine, string? token = null, string more = "") => RawConnection.AskAsync(Address,
        $"{firstLine}\r\nHost: {Address.Authority}\r\nConnection: close\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}{more}\r\n");
}
