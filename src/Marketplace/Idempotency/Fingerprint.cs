using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Idempotency;

/// <summary>
/// What makes a request the same request: method, path, query, the headers that change its meaning, and body. Who sends it is part of the
/// key's scope; tokens, trace ids and what else differs from try to try are left out.
/// </summary>
public static class Fingerprint
{
    private static readonly string[] Meaningful = [HeaderNames.ContentType, HeaderNames.IfMatch, HeaderNames.IfNoneMatch];

    /// <summary>SHA-256 of everything but the body.</summary>
    public static byte[] OfHead(HttpRequest request)
    {
        // Each part stands behind its length: no two requests read alike.
        var text = new StringBuilder();
        Add(text, request.Method);
        Add(text, request.PathBase + request.Path);
        Add(text, request.QueryString.Value ?? "");
        foreach (var name in Meaningful) Add(text, name, request.Headers[name]!);
        var own = request.Headers.Where(header => header.Key.StartsWith("Marketplace-", StringComparison.OrdinalIgnoreCase));
        foreach (var (name, values) in own.OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)) Add(text, name.ToLowerInvariant(), values!);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>SHA-256 of the whole request.</summary>
    /// <param name="head">What <see cref="OfHead"/> gave.</param>
    /// <param name="body">SHA-256 of the body.</param>
    public static byte[] Of(byte[] head, byte[] body) => SHA256.HashData([.. head, .. body]);

    private static void Add(StringBuilder text, string part) => text.Append(part.Length).Append(':').Append(part);

    private static void Add(StringBuilder text, string name, IReadOnlyCollection<string?> values)
    {
        Add(text, name);
        text.Append(values.Count).Append(';');
        foreach (var value in values) Add(text, value ?? "");
    }
}
