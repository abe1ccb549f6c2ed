using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using DevelopmentIssuer;
using Marketplace.Domain;
using Marketplace.HttpTests.Logs;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Support;

/// <summary>
/// Tokens for the tests' callers, signed with a key of this process that every application under test is told of. By default a request gets
/// the token of whoever may send it: the first role that the table of access names, and the owner that path or body name.
/// </summary>
public static class Tokens
{
    private static readonly ConcurrentDictionary<(string, string), string> Issued = new();

    /// <summary>The file of the key.</summary>
    public static string KeyFile { get; } = NewKeyFile();

    /// <summary>The key.</summary>
    public static DevelopmentKey Key { get; } = DevelopmentKey.ReadOrMake(KeyFile);

    /// <summary>The setting that makes an application trust these tokens.</summary>
    public static (string Name, string Value) Setting { get; } = (IdentitySettings.DevelopmentKeyFileName, KeyFile);

    /// <summary>A token of a subject in one role or several.</summary>
    public static string Of(string subject, params Role[] roles) => Issued.GetOrAdd((subject, string.Join(' ', roles)),
        _ => DevelopmentTokens.Issue(Key, subject, [.. roles.Select(Word.Of)], DateTimeOffset.UtcNow, TimeSpan.FromDays(1)));

    /// <summary>The header with a token.</summary>
    public static (string Name, string Value) Header(string token) => ("Authorization", $"Bearer {token}");

    /// <summary>The token of somebody who may send this; null where nobody needs one.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, with or without a query.</param>
    /// <param name="body">The body as JSON text, or null.</param>
    /// <param name="corrects">Whether the caller says when it holds, which takes an operator.</param>
    public static string? Fitting(string method, string path, string? body, bool corrects)
    {
        var segments = path.Split('?')[0].Trim('/').Split('/');
        if (Access.Rules.FirstOrDefault(rule => rule.Method == method && Fits(rule.Route, segments)) is not { IsOpen: false } rule) return null;
        var grant = rule.Grants[0];
        var named = Array.IndexOf(rule.Route.Trim('/').Split('/'), $"{{{grant.Name}}}");
        var subject = grant.Owner switch
        {
            Owner.PathParameter => segments[named],
            Owner.ReviewerOfId => ReviewId.Read(segments[named])?.ReviewerId,
            Owner.BodyMember => Member(body, grant.Name!),
            _ => "tester",
        };
        return Of(Bearer.IsSubject(subject) ? subject! : "nobody", corrects ? [grant.Role, Role.Operator] : [grant.Role]);
    }

    private static bool Fits(string route, string[] segments)
    {
        var pattern = route.Trim('/').Split('/');
        return pattern.Length == segments.Length && pattern.Zip(segments).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }

    private static string? Member(string? body, string name)
    {
        try
        {
            return body is null ? null : JsonNode.Parse(body) is JsonObject members && members[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string NewKeyFile()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-tokens-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return Path.Combine(folder, DevelopmentKey.FileName);
    }
}

/// <summary>Gives every request that comes without a token the fitting one.</summary>
public sealed class FittingTokens(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is null)
        {
            var body = request.Method == HttpMethod.Post && request.Content is { } content && content.Headers.ContentType?.MediaType == "application/json"
                ? await content.ReadAsStringAsync(cancellationToken)
                : null;
            var corrects = request.Headers.Contains("Marketplace-Effective-At");
            if (Tokens.Fitting(request.Method.Method, request.RequestUri!.AbsolutePath, body, corrects) is { } token)
                request.Headers.Authorization = new("Bearer", token);
        }
        SuiteLog.SecretsOf([request.Headers.Authorization?.ToString()], request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys : []);
        return await base.SendAsync(request, cancellationToken);
    }
}
