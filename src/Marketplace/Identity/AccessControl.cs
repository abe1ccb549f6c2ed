using Marketplace.Domain;
using Marketplace.Http;

namespace Marketplace.Identity;

/// <summary>
/// Admits requests by the table <see cref="Access"/>, behind <see cref="Identification"/> and before anything of the body is read: 401
/// without a valid token where one is needed, and with an invalid one everywhere; 403 in the wrong role or for another's resource; 403 for a
/// route without a rule.
/// </summary>
public sealed partial class AccessControl(RequestDelegate next, ILogger<AccessControl> log)
{
    private const string Challenge = "Bearer realm=\"marketplace\"";

    /// <summary>Runs the rest of the pipeline for whom the table admits.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        // Routing's own answers (404, and the endpoints it puts in place for 405 and 415) are no routes of this program and give nothing away.
        if (http.GetEndpoint() is not RouteEndpoint endpoint) return next(http);
        return Admit(http, endpoint) is { } refusal ? Problems.WriteAsync(http, refusal) : next(http);
    }

    private Refusal? Admit(HttpContext http, RouteEndpoint endpoint)
    {
        if (Access.Of(endpoint, http.Request.Method) is not { } rule)
        {
            NoRule(log, http.Request.Method, endpoint.RoutePattern.RawText);
            return new Refusal(403, "no-rule", "Nobody may use this route.");
        }
        var found = BearerResult.Of(http);
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
