using Marketplace.Domain;
using Marketplace.Http;

namespace Marketplace.Identity;

/// <summary>
/// Admits requests by the table <see cref="Access"/>, after routing and before anything of the body is read: 401 without a valid token where
/// one is needed, and with an invalid one everywhere; 403 in the wrong role or for another's resource; 403 for a route without a rule.
/// </summary>
public sealed partial class AccessControl(RequestDelegate next, BearerTokens tokens, ILogger<AccessControl> log)
{
    private const string Challenge = "Bearer realm=\"marketplace\"";

    /// <summary>Runs the rest of the pipeline for whom the table admits.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        // Routing's own answers (404, and the endpoints it puts in place for 405 and 415) are no routes of this program and give nothing away.
        if (http.GetEndpoint() is not RouteEndpoint endpoint) return next(http);
        var admission = AdmitAsync(http, endpoint);
        return admission is { IsCompletedSuccessfully: true, Result: null } ? next(http) : BehindAdmissionAsync(http, admission.AsTask());
    }

    private async Task BehindAdmissionAsync(HttpContext http, Task<Refusal?> admission)
    {
        var refusal = await admission;
        if (refusal is null) await next(http);
        else await Problems.WriteAsync(http, refusal);
    }

    private async ValueTask<Refusal?> AdmitAsync(HttpContext http, RouteEndpoint endpoint)
    {
        if (Access.Of(endpoint, http.Request.Method) is not { } rule)
        {
            NoRule(log, http.Request.Method, endpoint.RoutePattern.RawText);
            return new Refusal(403, "no-rule", "Nobody may use this route.");
        }
        var found = await tokens.ReadAsync(http);
        if (found.Fault is { } fault)
        {
            Refused(log, fault);
            http.Response.Headers.WWWAuthenticate = $"{Challenge}, error=\"invalid_token\", error_description=\"{fault}\"";
            return new Refusal(401, "invalid-token", fault);
        }
        if (found.Bearer is { } bearer)
        {
            var (caller, refusal) = rule.Decide(bearer, http.Request.RouteValues);
            caller?.Admit(http);
            return refusal;
        }
        // What is open to anyone stays so while nobody can tell whose a token is.
        if (rule.IsOpen) return null;
        if (found.IsUnavailable) return new Refusal(503, "authority-unavailable", "The issuer of tokens cannot be reached just now, so yours cannot be checked; try again.");
        http.Response.Headers.WWWAuthenticate = Challenge;
        return new Refusal(401, "token-required", "This needs a bearer token in the header Authorization.");
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Pattern} is served and has no row in the table of access")]
    private static partial void NoRule(ILogger log, string method, string? pattern);

    [LoggerMessage(LogLevel.Information, "A token was refused: {Fault}")]
    private static partial void Refused(ILogger log, string fault);
}
