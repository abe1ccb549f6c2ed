using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Http;

namespace Marketplace.Identity;

/// <summary>
/// The rows of <see cref="Access"/> in which the body says whose the resource is: 403 when it is another's. It comes behind
/// <see cref="RequestShape"/>, which has read the body and knows that it is an object in JSON with no member twice.
/// </summary>
public sealed class BodyOwnership(RequestDelegate next)
{
    /// <summary>Runs the rest of the pipeline unless the body names another owner.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not RouteEndpoint endpoint) return next(http);
        var caller = Caller.Of(http);
        if (Access.Of(endpoint, http.Request.Method)?.OwnerInBody(caller.Role) is not { } member) return next(http);
        var owner = Read(http.Request.Body, member);
        // A member that is missing or no id names nobody: the endpoint's own rules refuse it as 400, with whatever else is wrong.
        return !Id.IsValid(owner) || owner == caller.Subject
            ? next(http)
            : Problems.WriteAsync(http, AccessRule.NotOwn(Word.Parse<Role>(caller.Role)!.Value));
    }

    private static string? Read(Stream body, string member)
    {
        if (!body.CanSeek) throw new InvalidOperationException("The body was not read before it was asked whose the resource is.");
        using var document = JsonDocument.Parse(body);
        body.Position = 0;
        return document.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
