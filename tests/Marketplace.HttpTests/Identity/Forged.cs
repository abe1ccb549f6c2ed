using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DevelopmentIssuer;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Identity;

/// <summary>Tokens that nobody may use, each wrong in one way, beside one that is right in all.</summary>
public static class Forged
{
    private static readonly Lazy<DevelopmentKey> Other = new(OtherKey);

    /// <summary>All of them by a name, with a word of what the refusal must say.</summary>
    public static IReadOnlyDictionary<string, (Func<string> Token, string Says)> All { get; } = new Dictionary<string, (Func<string>, string)>
    {
        ["no algorithm, no signature"] = (() => $"{Part(new { alg = "none", typ = "JWT" })}.{Part(Claims())}.", "signature"),
        ["no algorithm, a signature"] = (() => Signed(new { alg = "none", kid = Tokens.Key.KeyId }, Claims()), "signature"),
        ["None, in capitals"] = (() => $"{Part(new { alg = "NONE", typ = "JWT" })}.{Part(Claims())}.", "signature"),
        ["HS256 with the public key's PEM as the secret"] = (() => Hmac(Encoding.ASCII.GetBytes(PublicPem())), "signature"),
        ["HS256 with the public key's bytes as the secret"] = (() => Hmac([.. Tokens.Key.Public.Q.X!, .. Tokens.Key.Public.Q.Y!]), "signature"),
        ["HS256 with the key's name as the secret"] = (() => Hmac(Encoding.ASCII.GetBytes(Tokens.Key.KeyId)), "signature"),
        ["another key under the same name"] = (() => DevelopmentTokens.Sign(Other.Value, new { alg = "ES256", kid = Tokens.Key.KeyId, typ = "JWT" }, Claims()), "signature"),
        ["another key under its own name"] = (() => DevelopmentTokens.Sign(Other.Value, new { alg = "ES256", kid = Other.Value.KeyId, typ = "JWT" }, Claims()), "signature"),
        ["another algorithm's name"] = (() => Signed(new { alg = "RS256", kid = Tokens.Key.KeyId }, Claims()), "signature"),
        ["a key brought along"] = (() => DevelopmentTokens.Sign(Other.Value, new { alg = "ES256", jwk = Jwk(Other.Value), typ = "JWT" }, Claims()), "signature"),
        ["a signature of another payload"] = (() => Swapped(), "signature"),
        ["a signature cut short"] = (() => Tokens.Of("powells", Marketplace.Identity.Role.Seller)[..^4], "signature"),
        ["expired"] = (() => Signed(Claims(exp: Now - 60)), "expired"),
        ["not valid yet"] = (() => Signed(Claims(nbf: Now + 120)), "not valid yet"),
        ["no end"] = (() => Signed(Without("exp")), "until when"),
        ["another audience"] = (() => Signed(Claims(aud: "bookshop")), "audience"),
        ["no audience"] = (() => Signed(Without("aud")), "audience"),
        ["another issuer"] = (() => Signed(Claims(iss: "https://login.example.org")), "issuer"),
        ["no issuer"] = (() => Signed(Without("iss")), "issuer"),
        ["no subject"] = (() => Signed(Without("sub")), "sub"),
        ["an empty subject"] = (() => Signed(Claims(sub: "")), "sub"),
        ["a subject of two words"] = (() => Signed(Claims(sub: "powells books")), "sub"),
        ["a subject with a line end"] = (() => Signed(Claims(sub: "powells\nadmin")), "sub"),
        ["a subject in other letters"] = (() => Signed(Claims(sub: "pöwells")), "sub"),
        ["a subject of 256 characters"] = (() => Signed(Claims(sub: new string('s', 256))), "sub"),
        ["a subject that is a list"] = (() => Signed(Claims(sub: new[] { "powells", "riverside" })), ""),
        ["no role"] = (() => Signed(Without("role")), "role"),
        ["critical extensions"] = (() => Signed(new { alg = "ES256", kid = Tokens.Key.KeyId, crit = new[] { "exp" } }, Claims()), "critical"),
        ["nothing"] = (() => "", "expected form"),
        ["one word"] = (() => "garbage", "expected form"),
        ["dots"] = (() => "..", "expected form"),
        ["three words"] = (() => "not.a.token", "expected form"),
        ["a fourth part"] = (() => Tokens.Of("powells", Marketplace.Identity.Role.Seller) + ".e30", "expected form"),
        ["no JSON"] = (() => $"{Part("x")}.{Part("y")}.AAAA", "expected form"),
        ["two tokens in one header"] = (() => $"{Good()}, Bearer {Good()}", "expected form"),
        ["longer than any token"] = (() => Signed(Claims(sub: new string('s', 8192))), "expected form"),
    };

    /// <summary>A token that is right, made by the same means.</summary>
    public static string Good() => Signed(Claims());

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Claims that are right but for what is said.</summary>
    public static Dictionary<string, object> Claims(object? sub = null, object? role = null, string? iss = null, string? aud = null, long? nbf = null, long? exp = null) => new()
    {
        ["iss"] = iss ?? DevelopmentTokens.Issuer,
        ["aud"] = aud ?? DevelopmentTokens.Audience,
        ["sub"] = sub ?? "powells",
        ["role"] = role ?? "seller",
        ["nbf"] = nbf ?? Now - 3600,
        ["exp"] = exp ?? Now + 3600,
    };

    /// <summary>Signs claims with the tests' key.</summary>
    public static string Signed(Dictionary<string, object> claims) => Signed(new { alg = "ES256", kid = Tokens.Key.KeyId, typ = "JWT" }, claims);

    private static string Signed(object header, Dictionary<string, object> claims) => DevelopmentTokens.Sign(Tokens.Key, header, claims);

    private static Dictionary<string, object> Without(string claim)
    {
        var claims = Claims();
        claims.Remove(claim);
        return claims;
    }

    private static string Part(object value) => DevelopmentTokens.Base64Url(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Hmac(byte[] secret)
    {
        var signed = $"{Part(new { alg = "HS256", kid = Tokens.Key.KeyId, typ = "JWT" })}.{Part(Claims())}";
        return $"{signed}.{DevelopmentTokens.Base64Url(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Swapped()
    {
        var parts = Signed(Claims()).Split('.');
        return $"{parts[0]}.{Part(Claims(role: "operator"))}.{parts[2]}";
    }

    private static object Jwk(DevelopmentKey key) =>
        new { kty = "EC", crv = "P-256", x = DevelopmentTokens.Base64Url(key.Public.Q.X!), y = DevelopmentTokens.Base64Url(key.Public.Q.Y!) };

    private static string PublicPem()
    {
        using var key = ECDsa.Create(Tokens.Key.Public);
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private static DevelopmentKey OtherKey()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-other-key-").FullName;
        try
        {
            return DevelopmentKey.ReadOrMake(Path.Combine(folder, "key.pem"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
