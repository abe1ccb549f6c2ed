using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alba;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Support;

/// <summary>
/// Requests in short. Every one goes through Alba; any status comes back as an answer. A request is sent with the token of whoever may send it
/// (<see cref="Tokens.Fitting"/>), unless it brings a header of its own or the caller is somebody in particular.
/// </summary>
public sealed class Api(IAlbaHost host, string? token = null, bool persistent = false)
{
    private const string None = "";

    /// <summary>The same, as a caller without a token.</summary>
    public Api Anonymous => With(None);

    /// <summary>
    /// The same, as a caller who does what <c>Retry-After</c> says: whoever takes the database away must expect that any request meets a
    /// connection that is gone.
    /// </summary>
    public Api Persistent => new(host, token, persistent: true);

    /// <summary>The same, as the bearer of this token.</summary>
    public Api With(string bearerToken) => new(host, bearerToken, persistent);

    /// <summary>The same, as a subject in one role or several.</summary>
    public Api As(string subject, params Role[] roles) => With(Tokens.Of(subject, roles));

    /// <summary>GET of a path with its query.</summary>
    public Task<Answered> GetAsync(string url, params (string Name, string Value)[] headers) => SendAsync("GET", url, null, headers);

    /// <summary>PUT of a body: an object that is written as JSON, or a string that is sent as it stands.</summary>
    public Task<Answered> PutAsync(string url, object body, params (string Name, string Value)[] headers) => SendAsync("PUT", url, body, headers);

    /// <summary>PATCH of a body.</summary>
    public Task<Answered> PatchAsync(string url, object body, params (string Name, string Value)[] headers) => SendAsync("PATCH", url, body, headers);

    /// <summary>POST of a body, or of nothing.</summary>
    public Task<Answered> PostAsync(string url, object? body = null, params (string Name, string Value)[] headers) => SendAsync("POST", url, body, headers);

    /// <summary>POST of bytes as what they are said to be.</summary>
    public Task<Answered> PostBytesAsync(string url, byte[] body, string contentType, params (string Name, string Value)[] headers) =>
        SendAsync("POST", url, (body, contentType), headers);

    /// <summary>DELETE.</summary>
    public Task<Answered> DeleteAsync(string url, params (string Name, string Value)[] headers) => SendAsync("DELETE", url, null, headers);

    /// <summary>Lists a product with a new id.</summary>
    /// <returns>The id.</returns>
    public async Task<string> NewProductAsync(string title = "The Old Man and the Sea")
    {
        var productId = MarketplaceFixture.NewId("book");
        (await PutAsync($"/v1/products/{productId}", new { title })).ShouldBe(201);
        return productId;
    }

    /// <summary>Sends a request; a persistent caller sends it again while the database is away.</summary>
    public async Task<Answered> SendAsync(string method, string url, object? body, params (string Name, string Value)[] headers)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await SendOnceAsync(method, url, body, headers);
            if (!persistent || answer.Status != 503 || clock.Elapsed > MarketplaceFixture.Patience) return answer;
            await Task.Delay(TimeSpan.FromSeconds(int.Parse(answer.Headers["Retry-After"], CultureInfo.InvariantCulture)));
        }
    }

    private async Task<Answered> SendOnceAsync(string method, string url, object? body, (string Name, string Value)[] headers)
    {
        var result = await host.Scenario(x =>
        {
            var to = method switch
            {
                "GET" => x.Get,
                "PUT" => x.Put,
                "PATCH" => x.Patch,
                "POST" => x.Post,
                "DELETE" => x.Delete,
                _ => throw new ArgumentOutOfRangeException(nameof(method)),
            };
            if (body is null) to.Url(url);
            else Send(to, url, body);
            foreach (var (name, value) in headers) x.WithRequestHeader(name, value);
            if (headers.All(header => header.Name != "Authorization") && TokenFor(method, url, body, headers) is { Length: > 0 } bearer)
                x.WithRequestHeader("Authorization", $"Bearer {bearer}");
            x.IgnoreStatusCode();
        });
        var response = result.Context.Response;
        return new Answered(response.StatusCode, response.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await result.ReadAsTextAsync());
    }

    private string? TokenFor(string method, string url, object? body, (string Name, string Value)[] headers) =>
        token ?? Tokens.Fitting(method, url, body as string ?? JsonSerializer.Serialize(body, JsonSerializerOptions.Web),
            corrects: headers.Any(header => header is { Name: "Marketplace-Effective-At" } or { Name: "Marketplace-Cause", Value: "correction" }));

    private static void Send(IUrlExpression to, string url, object body)
    {
        var (bytes, contentType) = body switch
        {
            (byte[] raw, string type) => (raw, type),
            string text => (Encoding.UTF8.GetBytes(text), "application/json"),
            _ => (JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web), "application/json"),
        };
        var parts = url.Split('?', 2);
        var request = to.ByteArray(bytes).ContentType(contentType).ToUrl(parts[0]);
        foreach (var pair in parts.Length == 1 ? [] : parts[1].Split('&').Select(p => p.Split('=', 2)))
            request.QueryString(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1]));
    }
}

/// <summary>An answer: status, headers, body.</summary>
public sealed record Answered(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The entity tag.</summary>
    public string? ETag => Headers.GetValueOrDefault("ETag");

    /// <summary>The position reached or answered through.</summary>
    public long Position => long.Parse(Headers["Marketplace-Position"], CultureInfo.InvariantCulture);

    /// <summary>Fails, with the body, unless the status is this one.</summary>
    public Answered ShouldBe(int status)
    {
        Assert.True(Status == status, $"{status} was expected, but {Status} came: {Body}");
        return this;
    }

    /// <summary>Fails, with the body, unless the status is one of these.</summary>
    public Answered ShouldBeOneOf(params int[] statuses)
    {
        Assert.True(statuses.Contains(Status), $"{string.Join(" or ", statuses)} was expected, but {Status} came: {Body}");
        return this;
    }

    /// <summary>Fails unless this is a refusal as problem details with this status, and with these keys under <c>errors</c>.</summary>
    public Answered ShouldBeProblem(int status, params string[] errors)
    {
        ShouldBe(status);
        Assert.Equal("application/problem+json", Headers["Content-Type"]);
        Assert.Equal(status, (int)Json["status"]!);
        foreach (var name in new[] { "type", "title", "detail" }) Assert.False(string.IsNullOrWhiteSpace((string?)Json[name]), $"{name} is missing: {Body}");
        if (errors.Length > 0) Assert.Equal(errors.Order(), Json["errors"]!.AsObject().Select(e => e.Key).Order());
        return this;
    }
}
