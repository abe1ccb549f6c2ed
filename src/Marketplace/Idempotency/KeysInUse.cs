using System.Collections.Concurrent;

namespace Marketplace.Idempotency;

/// <summary>The keys whose requests are running in this process; as many at the most as requests.</summary>
public sealed class KeysInUse
{
    private readonly ConcurrentDictionary<string, byte> _keys = new(StringComparer.Ordinal);

    /// <summary>Claims a key until the claim is disposed of.</summary>
    /// <returns>Null when a request with this key is running.</returns>
    public IDisposable? TryClaim(byte[] digest)
    {
        var name = Convert.ToBase64String(digest);
        return _keys.TryAdd(name, 0) ? new Claim(_keys, name) : null;
    }

    private sealed class Claim(ConcurrentDictionary<string, byte> keys, string name) : IDisposable
    {
        public void Dispose() => keys.TryRemove(name, out _);
    }
}
