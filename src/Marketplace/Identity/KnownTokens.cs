using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Identity;

/// <summary>
/// Tokens found valid before, so that a signature is checked once and not with every request. A token is known by its SHA-256: what it says
/// stays, the token itself does not. Known tokens count as long as they are valid by their own times and as long as the keys they were
/// checked with are the issuer's current ones; there are at most <see cref="Most"/> of them.
/// </summary>
public sealed class KnownTokens(TimeProvider clock)
{
    /// <summary>The most tokens that are known at once; the ones not seen longest are forgotten first.</summary>
    public const int Most = 32_768;

    private readonly Lock _gate = new();

    // Two generations: whoever is asked for moves to the young one; when that is full, the old one is forgotten whole.
    private volatile ConcurrentDictionary<Digest, Entry> _young = new();
    private volatile ConcurrentDictionary<Digest, Entry> _old = new();

    private sealed record Entry(Bearer Bearer, object Keys);

    /// <summary>What a token is known by.</summary>
    public readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
    {
        /// <summary>The digest of a token.</summary>
        public static Digest Of(ReadOnlySpan<char> token)
        {
            Span<byte> utf8 = stackalloc byte[512];
            var longer = Encoding.UTF8.GetMaxByteCount(token.Length) > utf8.Length ? new byte[Encoding.UTF8.GetByteCount(token)] : null;
            var bytes = longer ?? utf8;
            var length = Encoding.UTF8.GetBytes(token, bytes);
            Span<ulong> hash = stackalloc ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
            SHA256.HashData(bytes[..length], MemoryMarshal.AsBytes(hash));
            return new Digest(hash[0], hash[1], hash[2], hash[3]);
        }

        /// <inheritdoc />
        public override int GetHashCode() => (int)A;
    }

    /// <summary>How many there are: for tests.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>What a token says, when it is known, valid now, and was checked with these keys.</summary>
    public Bearer? Find(Digest token, object keys)
    {
        if (!_young.TryGetValue(token, out var entry))
        {
            if (!_old.TryGetValue(token, out entry)) return null;
            Add(token, entry);
        }
        var now = clock.GetUtcNow();
        return ReferenceEquals(entry.Keys, keys) && now >= entry.Bearer.From && now < entry.Bearer.Until ? entry.Bearer : null;
    }

    /// <summary>Notes a token that was found valid.</summary>
    public void Add(Digest token, Bearer bearer, object keys) => Add(token, new Entry(bearer, keys));

    private void Add(Digest token, Entry entry)
    {
        var young = _young;
        young[token] = entry;
        // Counting locks the whole dictionary; only who adds a new token pays for it.
        if (young.Count < Most / 2) return;
        lock (_gate)
        {
            if (young != _young) return;
            _old = young;
            _young = new ConcurrentDictionary<Digest, Entry>();
        }
    }
}
