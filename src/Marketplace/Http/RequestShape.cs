using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using FluentValidation;
using Marketplace.Domain;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Marketplace.Http;

/// <summary>
/// Checks the shape of a request before its endpoint sees it, the same way on either stack: ids in the path keep their pattern, query
/// parameters are known and not repeated, and a body is JSON that reads strictly into the command. It refuses with 400, 408, 413 or 415.
/// </summary>
public sealed class RequestShape(RequestDelegate next, IOptions<JsonOptions> json)
{
    /// <summary>The most bytes of a JSON body.</summary>
    public const int MaxBody = 256 * 1024;

    /// <summary>How deep JSON in a body may nest.</summary>
    public const int MaxDepth = 8;

    private static readonly HashSet<string> IdParameters = ["productId", "sellerId", "sku", "reviewerId", "voterId", "feedId"];
    private static readonly ConcurrentDictionary<Endpoint, HashSet<string>> KnownParameters = new();

    // The program's own writing, and the schemas of its document, nest deeper than anything it reads.
    private readonly JsonSerializerOptions _shallow = new(json.Value.SerializerOptions) { MaxDepth = MaxDepth };

    /// <summary>Runs the rest of the pipeline when the request has the right shape.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not RouteEndpoint endpoint) return next(http);
        if (CheckAddress(http, endpoint) is { } refusal) return Problems.WriteAsync(http, refusal);
        var body = CheckBodyAsync(http, endpoint);
        return body is { IsCompletedSuccessfully: true, Result: null } ? next(http) : BehindBodyAsync(http, body);
    }

    private async Task BehindBodyAsync(HttpContext http, Task<Refusal?> body)
    {
        var refusal = await body;
        if (refusal is null) await next(http);
        else await Problems.WriteAsync(http, refusal);
    }

    private static Refusal? CheckAddress(HttpContext http, RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<PageForReadersAttribute>() is null ? CheckPath(http) ?? CheckQuery(http, endpoint) ?? CheckCondition(http) : null;

    // Writes look at their conditions when they read who wants what (Intents).
    private static Refusal? CheckCondition(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) && ETags.AreNamed(http.Request.Headers) && !ETags.TryPrecondition(http.Request.Headers, out _, out var badHeader)
            ? Refusal.Invalid(badHeader!, "must be a list of entity tags such as \"3\", or *.")
            : null;

    private static Refusal? CheckPath(HttpContext http)
    {
        foreach (var (name, value) in http.Request.RouteValues)
        {
            if (IdParameters.Contains(name) && !Id.IsValid(value as string)) return Refusal.Invalid(name, Id.Rule + ".");
            if (name == "reviewId" && ReviewId.Read(value as string) is null) return Refusal.Invalid(name, ReviewId.Rule + ".");
        }
        return null;
    }

    private static Refusal? CheckQuery(HttpContext http, RouteEndpoint endpoint)
    {
        if (http.Request.Query.Count == 0) return null;
        var known = KnownParameters.GetOrAdd(endpoint, QueryParametersOf);
        var errors = new Dictionary<string, string[]>();
        foreach (var (name, values) in http.Request.Query)
        {
            if (!known.Contains(name))
                errors[name] = [known.Count == 0 ? "is not known here; there are no parameters." : $"is not known here; known are {string.Join(", ", known.Order())}."];
            else if (values.Count > 1) errors[name] = ["is given more than once."];
            else if (string.IsNullOrEmpty(values[0]) || values[0]!.Contains('\0')) errors[name] = ["is empty."];
        }
        return errors.Count == 0 ? null : new Refusal(400, "invalid", "The query is not valid.", errors);
    }

    // The endpoint's own parameters are the list of what it reads; there is no second one to keep in step.
    private static HashSet<string> QueryParametersOf(Endpoint endpoint) => EndpointMethods.ParametersOf((RouteEndpoint)endpoint);

    private async Task<Refusal?> CheckBodyAsync(HttpContext http, Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is not { } type || type.Assembly != typeof(RequestShape).Assembly) return null;
        var request = http.Request;
        if (!IsJson(request)) return new Refusal(415, "unsupported-media-type", "The body must be application/json in UTF-8.");
        if (await BoundedBody.ReadAsync(request, MaxBody, http.RequestAborted) is not { } body) return TooLarge;
        var utf8 = body.GetBuffer().AsMemory(0, (int)body.Length);
        var refusal = JsonShape.Reads(utf8.Span, type, _shallow) ? null : JsonShape.Refuse(utf8.Span, type, _shallow, RulesOf(http, type));
        request.Body = body;
        request.ContentLength = body.Length;
        return refusal;
    }

    private static IValidator? RulesOf(HttpContext http, Type type) =>
        http.RequestServices.GetService(typeof(IValidator<>).MakeGenericType(type)) as IValidator;

    private static bool IsJson(HttpRequest request)
    {
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) return false;
        // A merge patch has become plain JSON before routing (MergePatch).
        return string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
               && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>413.</summary>
    public static Refusal TooLarge { get; } = new(413, "too-large", $"The body is larger than {MaxBody} bytes.");
}
