using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity;

/// <summary>
/// Finds out who bears the token of a request: from the header <c>Authorization</c> alone, by ASP.NET Core's own handler of bearer tokens, or
/// without it where the token is known. The handler is called here and not by the framework's middleware, which would ask it with every request.
/// </summary>
public sealed class BearerTokens(IOptionsMonitor<JwtBearerOptions> options, KnownTokens known, ILoggerFactory logs)
{
    /// <summary>The scheme, of the handler and of the header.</summary>
    public const string Scheme = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>The most characters of a token.</summary>
    public const int LongestToken = 8192;

    private static readonly AuthenticationScheme Handler = new(Scheme, null, typeof(JwtBearerHandler));
    private static readonly object OwnKeys = new();

    private static class Why
    {
        public const string Several = "More than one Authorization header was sent.";
        public const string Malformed = "It is no token of the expected form.";
        public const string Expired = "The token has expired.";
        public const string Endless = "The token does not say until when it is valid.";
        public const string TooEarly = "The token is not valid yet.";
        public const string Audience = "The token is for another audience.";
        public const string Issuer = "The token is from another issuer.";
        public const string Signature = "The token's signature is not valid.";
    }

    /// <summary>Who bears the request's token.</summary>
    public async ValueTask<BearerResult> ReadAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0) return BearerResult.None;
        if (header.Count > 1) return BearerResult.Invalid(Why.Several);
        var text = header[0] ?? "";
        // Credentials of another scheme are none here.
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return BearerResult.None;
        if (text.Length > Scheme.Length && text[Scheme.Length] != ' ') return BearerResult.None;
        var token = text.AsSpan(Scheme.Length).Trim(' ');
        if (token.Length is 0 or > LongestToken) return BearerResult.Invalid(Why.Malformed);

        var manager = options.Get(Scheme).ConfigurationManager as AuthorityKeys;
        object keys = OwnKeys;
        var digest = KnownTokens.Digest.Of(token);
        if (manager is not null)
        {
            try
            {
                keys = await manager.GetConfigurationAsync(http.RequestAborted);
                if (known.Find(digest, keys) is { } seen) return BearerResult.Valid(seen);
                if (!TryKeyId(text[Scheme.Length..].Trim(' '), out var keyId)) return BearerResult.Invalid(Why.Malformed);
                keys = await manager.WithAsync(keyId, http.RequestAborted);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return BearerResult.Unavailable;
            }
        }
        else if (known.Find(digest, keys) is { } seen) return BearerResult.Valid(seen);

        var result = await ValidateAsync(http);
        if (result.Bearer is { } bearer) known.Add(digest, bearer, keys);
        return result;
    }

    private async Task<BearerResult> ValidateAsync(HttpContext http)
    {
        var handler = new JwtBearerHandler(options, logs, UrlEncoder.Default);
        await handler.InitializeAsync(Handler, http);
        var result = await handler.AuthenticateAsync();
        if (result.Succeeded) return BearerResult.Valid(result.Properties.GetParameter<Bearer>(BearerAuthentication.BearerKey)!);
        return BearerResult.Invalid(result.Failure switch
        {
            InvalidClaimException claim => claim.Message,
            SecurityTokenExpiredException => Why.Expired,
            SecurityTokenNoExpirationException => Why.Endless,
            SecurityTokenNotYetValidException => Why.TooEarly,
            SecurityTokenInvalidAudienceException => Why.Audience,
            SecurityTokenInvalidIssuerException => Why.Issuer,
            SecurityTokenInvalidSignatureException or SecurityTokenInvalidSigningKeyException or SecurityTokenInvalidAlgorithmException => Why.Signature,
            _ => Why.Malformed,
        });
    }

    private static bool TryKeyId(string token, out string? keyId)
    {
        try
        {
            keyId = new JsonWebToken(token).Kid;
            return true;
        }
        catch (ArgumentException)
        {
            keyId = null;
            return false;
        }
    }
}
