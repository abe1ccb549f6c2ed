using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>A write as it is sent, time and again.</summary>
/// <param name="Operation">The route as the OpenAPI document names it.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Body">Its body, or null.</param>
public sealed record Keyed(string Operation, string Url, object? Body = null)
{
    private static int _keys;

    /// <summary>Its headers besides the key.</summary>
    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>Its idempotency key.</summary>
    public string Key { get; init; } = NewKey();

    /// <summary>The method.</summary>
    public string Method => Operation[..Operation.IndexOf(' ')];

    /// <summary>A key that no other request of this process uses.</summary>
    public static string NewKey() => $"key-{Interlocked.Increment(ref _keys)}-{Guid.NewGuid():N}";

    /// <summary>Sends it with its key.</summary>
    public Task<Answered> SendAsync(Api api) => api.SendAsync(Method, Url, Body, [.. Headers, ("Idempotency-Key", Key)]);

    /// <summary>Sends it for the first time: the answer is no repeat.</summary>
    public async Task<Answered> FirstAsync(Api api)
    {
        var first = await SendAsync(api);
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"), $"{Operation} was answered as a repeat: {first.Body}");
        return first;
    }

    /// <summary>Sends it again: the answer says that it is a repeat, and is in everything else the first one, byte for byte.</summary>
    public async Task AgainAsync(Api api, Answered first)
    {
        var again = await SendAsync(api);
        Assert.True(again.Headers.GetValueOrDefault("Idempotency-Replayed") == "true", $"{Operation} was not answered as a repeat: {again.Status} {again.Body}");
        Assert.Equal((first.Status, first.Body, Plain(first)), (again.Status, again.Body, Plain(again)));
    }

    // Every header but those of the moment.
    private static string Plain(Answered answer) => string.Join('\n', answer.Headers
        .Where(header => header.Key is not ("Date" or "Idempotency-Replayed")).OrderBy(header => header.Key, StringComparer.Ordinal)
        .Select(header => $"{header.Key}: {header.Value}"));
}
