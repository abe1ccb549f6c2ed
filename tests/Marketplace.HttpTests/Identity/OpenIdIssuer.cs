using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.HttpTests.Identity;

/// <summary>An OpenID Connect issuer on a free port of this machine: discovery, its keys, and tokens. It can be made to fail.</summary>
public sealed class OpenIdIssuer : IAsyncDisposable
{
    /// <summary>What the marketplace is called there.</summary>
    public const string Audience = "api://marketplace";

    private readonly WebApplication _server;
    private readonly List<SecurityKey> _keys = [];
    private int _asked;

    private OpenIdIssuer(WebApplication server) => _server = server;

    /// <summary>Where it is, and its name in tokens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The name that its discovery document gives, when it is not its own.</summary>
    public string? Pretends { get; set; }

    /// <summary>What happens to every question before it is answered.</summary>
    public Func<HttpContext, Task<bool>> Answers { get; set; } = _ => Task.FromResult(true);

    /// <summary>How often discovery was asked for.</summary>
    public int Asked => _asked;

    /// <summary>The settings that make a program trust it.</summary>
    public (string Name, string Value)[] Settings => [("Authentication:Authority", Address), ("Authentication:Audience", Audience)];

    public static async Task<OpenIdIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new OpenIdIssuer(builder.Build());
        issuer._server.Use(async (http, next) =>
        {
            if (http.Request.Path.Value!.EndsWith("openid-configuration", StringComparison.Ordinal)) Interlocked.Increment(ref issuer._asked);
            if (await issuer.Answers(http)) await next(http);
        });
        issuer._server.MapGet("/.well-known/openid-configuration", () => new { issuer = issuer.Pretends ?? issuer.Address, jwks_uri = $"{issuer.Address}/keys" });
        issuer._server.MapGet("/keys", () => new { keys = issuer._keys.Select(Published) });
        await issuer._server.StartAsync();
        issuer.Address = issuer._server.Urls.Single();
        return issuer;
    }

    /// <summary>Makes an RSA key and publishes it.</summary>
    public RsaSecurityKey NewRsaKey() => Publish(new RsaSecurityKey(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") });

    /// <summary>Makes an ECDSA key and publishes it.</summary>
    public ECDsaSecurityKey NewEcKey() => Publish(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString("N") });

    /// <summary>Takes a key back.</summary>
    public void Withdraw(SecurityKey key) => _keys.Remove(key);

    /// <summary>A token of its own, good from five minutes ago to tomorrow unless told otherwise.</summary>
    public string Token(SecurityKey key, string algorithm, string subject, string role, string? issuer = null, string? audience = null,
        DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience ?? Audience,
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["role"] = role },
            IssuedAt = DateTime.UtcNow.AddMinutes(-5),
            NotBefore = from?.UtcDateTime ?? DateTime.UtcNow.AddMinutes(-5),
            Expires = until?.UtcDateTime ?? DateTime.UtcNow.AddDays(1),
            SigningCredentials = new SigningCredentials(key, algorithm),
        });

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private TKey Publish<TKey>(TKey key) where TKey : SecurityKey
    {
        _keys.Add(key);
        return key;
    }

    private static object Published(SecurityKey key)
    {
        if (key is ECDsaSecurityKey curve)
        {
            var point = curve.ECDsa.ExportParameters(false).Q;
            return new { kty = "EC", use = "sig", crv = "P-256", kid = key.KeyId, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        }
        var parameters = ((RsaSecurityKey)key).Rsa.ExportParameters(false);
        return new { kty = "RSA", use = "sig", kid = key.KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus), e = Base64UrlEncoder.Encode(parameters.Exponent) };
    }
}
