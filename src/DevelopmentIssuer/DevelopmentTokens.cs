using System.Text;
using System.Text.Json;

namespace DevelopmentIssuer;

/// <summary>
/// The program as its own issuer of tokens (JSON Web Tokens, RFC 7519, signed with ES256), for development. In production an OpenID Connect
/// issuer does this.
/// </summary>
public static class DevelopmentTokens
{
    /// <summary>The issuer, <c>iss</c>.</summary>
    public const string Issuer = "urn:marketplace:development";

    /// <summary>What the tokens are for, <c>aud</c>.</summary>
    public const string Audience = "marketplace";

    /// <summary>The one algorithm.</summary>
    public const string Algorithm = "ES256";

    /// <summary>How long a token is valid when nobody says.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(8);

    /// <summary>The longest a token may be valid.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(30);

    /// <summary>Signs a token.</summary>
    /// <param name="key">The key.</param>
    /// <param name="subject">Who bears it, <c>sub</c>.</param>
    /// <param name="roles">The roles, <c>role</c>: one as a string, several as an array.</param>
    /// <param name="issuedAt">From when it is valid; whole seconds count.</param>
    /// <param name="lifetime">For how long.</param>
    public static string Issue(DevelopmentKey key, string subject, IReadOnlyList<string> roles, DateTimeOffset issuedAt, TimeSpan lifetime)
    {
        var from = issuedAt.ToUnixTimeSeconds();
        return Sign(key, new { alg = Algorithm, kid = key.KeyId, typ = "JWT" }, new
        {
            iss = Issuer,
            aud = Audience,
            sub = subject,
            role = roles.Count == 1 ? (object)roles[0] : roles,
            iat = from,
            nbf = from,
            exp = from + (long)lifetime.TotalSeconds,
            jti = Guid.NewGuid().ToString("N"),
        });
    }

    /// <summary>Signs what stands in header and payload, whatever it is.</summary>
    internal static string Sign(DevelopmentKey key, object header, object payload)
    {
        var signed = $"{Base64Url(JsonSerializer.SerializeToUtf8Bytes(header))}.{Base64Url(JsonSerializer.SerializeToUtf8Bytes(payload))}";
        return $"{signed}.{Base64Url(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Bytes as base64url without padding (RFC 4648).</summary>
    internal static string Base64Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
