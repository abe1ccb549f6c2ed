using System.Security.Cryptography;
using System.Text;
using Marketplace.Http;
using Marketplace.Identity;

namespace Marketplace.Idempotency;

/// <summary>The header that names a request. The key itself is neither stored nor logged; what is stored is a digest of caller and key.</summary>
public static class KeyHeader
{
    /// <summary>The most characters of a key.</summary>
    public const int MaxLength = 255;

    /// <summary>What a key has to be, in the words of a refusal.</summary>
    public static string Rule { get; } = $"must be given once and be 1 to {MaxLength} visible ASCII characters.";

    /// <summary>The key.</summary>
    /// <returns>False when the header breaks the rule.</returns>
    public static bool TryRead(IHeaderDictionary headers, out string key)
    {
        var header = headers[ContractHeaders.IdempotencyKey];
        key = header.Count == 1 ? header[0] ?? "" : "";
        return key.Length is > 0 and <= MaxLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~');
    }

    /// <summary>SHA-256 of caller and key, in which neither can be taken for part of the other. Callers without a token share one scope.</summary>
    public static byte[] Digest(Caller caller, string key) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(caller.Subject is { } subject ? $"{subject.Length}:{subject}{key}" : $":{key}"));
}
