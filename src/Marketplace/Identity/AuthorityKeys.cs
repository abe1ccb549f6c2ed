using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Marketplace.Identity;

/// <summary>
/// The authority's metadata and keys, read by OpenID Connect discovery: at the first token, again every <see cref="RefreshAfter"/> behind the
/// requests' backs, and at once (but no oftener than every <see cref="LeastPause"/>) for a token that names a key not seen yet. While the
/// authority cannot be reached the keys last read stay good; without any, every try fails until one succeeds.
/// </summary>
public sealed partial class AuthorityKeys(Uri authority, HttpClient http, TimeProvider clock, ILogger<AuthorityKeys> log)
    : IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <summary>The longest that one document of the authority may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>How old the keys grow before they are read again: so long a key that the authority has withdrawn is trusted.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(10);

    /// <summary>The least time between two reads: whatever callers send, the authority is not asked more often.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(5);

    /// <summary>How soon old keys are read again after that has failed.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>The largest document that is read, in bytes.</summary>
    public const int LargestDocument = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly HttpDocumentRetriever _documents = new(http) { RequireHttps = authority.Scheme == Uri.UriSchemeHttps };
    private volatile State _state = new(null, default, null);
    private Task<OpenIdConnectConfiguration>? _reading;

    // What was read last and when, or when reading failed last and why.
    private sealed record State(OpenIdConnectConfiguration? Keys, DateTimeOffset TriedAt, Exception? Failure);

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The authority could not be read and nothing is known of it.</exception>
    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        var state = _state;
        var age = clock.GetUtcNow() - state.TriedAt;
        if (state.Keys is not { } keys)
        {
            return state.Failure is { } failure && age < LeastPause
                ? Task.FromException<OpenIdConnectConfiguration>(new InvalidOperationException("The authority could not be read just now.", failure))
                : ReadAsync().WaitAsync(cancel);
        }
        if (age >= (state.Failure is null ? RefreshAfter : RetryAfter)) _ = ReadAsync();
        return Task.FromResult(keys);
    }

    /// <summary>The keys in which one of this name should be: read again when it is not, unless that was done just now.</summary>
    public async Task<OpenIdConnectConfiguration> WithAsync(string? keyId, CancellationToken cancel)
    {
        var keys = await GetConfigurationAsync(cancel);
        if (keyId is null || keys.SigningKeys.Any(key => key.KeyId == keyId) || clock.GetUtcNow() - _state.TriedAt < LeastPause) return keys;
        try
        {
            return await ReadAsync().WaitAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return keys;
        }
    }

    /// <inheritdoc />
    public void RequestRefresh()
    {
        if (clock.GetUtcNow() - _state.TriedAt >= LeastPause) _ = ReadAsync();
    }

    // One read at a time, shared by all who wait for it.
    private Task<OpenIdConnectConfiguration> ReadAsync()
    {
        lock (_gate)
        {
            if (_reading is { IsCompleted: false } running) return running;
            _reading = Task.Run(ReadOnceAsync);
            // Who reads ahead of need waits for nobody; the failure is in the log.
            _ = _reading.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return _reading;
        }
    }

    private async Task<OpenIdConnectConfiguration> ReadOnceAsync()
    {
        var address = authority.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration";
        try
        {
            // Two documents, each within the client's own limit of time.
            var keys = await OpenIdConnectConfigurationRetriever.GetAsync(address, _documents, CancellationToken.None);
            if (keys.Issuer?.TrimEnd('/') != authority.OriginalString.TrimEnd('/'))
                throw new InvalidOperationException($"The document at {address} is of another issuer than the one configured.");
            _state = new State(keys, clock.GetUtcNow(), null);
            return keys;
        }
        catch (Exception e)
        {
            Unreadable(log, e, address);
            _state = new State(_state.Keys, clock.GetUtcNow(), e);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The authority's metadata or keys could not be read below {Address}; what was read last stays good")]
    private static partial void Unreadable(ILogger log, Exception e, string address);
}
