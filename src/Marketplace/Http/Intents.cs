using System.Diagnostics;
using Marketplace.Domain;
using Marketplace.Idempotency;
using Marketplace.Identity;
using Marketplace.Storage;

namespace Marketplace.Http;

/// <summary>Reads who wants a change, and why, from a request.</summary>
public static class Intents
{
    /// <summary>The most characters of a reference.</summary>
    public const int MaxReference = 200;

    /// <summary>The most characters of a reason.</summary>
    public const int MaxReason = 500;

    /// <summary>The intent, or everything wrong with the headers that describe it.</summary>
    public static bool TryRead(HttpContext http, out Intent? intent, out Refusal? refusal)
    {
        var headers = http.Request.Headers;
        var errors = new Dictionary<string, string[]>();
        if (!ETags.TryPrecondition(headers, out var precondition, out var badHeader))
            errors[badHeader!] = ["must be a list of entity tags such as \"3\", or *."];
        var cause = Read(headers, ContractHeaders.Cause, errors, Told, "must be one of manual, rule, correction; only feeds record the cause feed.") ?? Cause.Manual;
        var effectiveAt = Read(headers, ContractHeaders.EffectiveAt, errors, text => Query.TryInstant(text, out var at) ? at : (DateTimeOffset?)null,
            "must be an instant in ISO 8601 with an offset, such as 2026-01-31T12:00:00Z.");
        if (effectiveAt is not null && cause is not Cause.Correction)
            errors[ContractHeaders.EffectiveAt] = [$"needs {ContractHeaders.Cause}: correction; anything else takes effect when it is recorded."];
        var reference = Text(headers, ContractHeaders.Reference, MaxReference, errors);
        var reason = Text(headers, ContractHeaders.Reason, MaxReason, errors);

        intent = null;
        refusal = errors.Count == 0 ? null : new Refusal(400, "invalid", "The request's headers are not valid.", errors);
        var caller = Caller.Of(http);
        if (cause == Cause.Correction && !Access.MayCorrect(caller)) refusal ??= MayNotCorrect;
        if (refusal is not null) return false;
        intent = new Intent(caller.Actor, cause)
        {
            Reference = reference,
            Reason = reason,
            EffectiveAt = effectiveAt,
            CorrelationId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
            CausationId = Activity.Current?.SpanId.ToHexString(),
            Precondition = precondition,
            Keyed = KeyedRequest.Of(http),
        };
        return true;
    }

    private static Refusal MayNotCorrect { get; } = new(403, "role-required",
        $"The cause correction, and with it {ContractHeaders.EffectiveAt}, needs a token with the role operator beside the one this route asks for.");

    // Feeds alone say that something came from a feed.
    private static Cause? Told(string word) => Word.Parse<Cause>(word) is { } cause and not Cause.Feed ? cause : null;

    private static T? Read<T>(IHeaderDictionary headers, string name, Dictionary<string, string[]> errors, Func<string, T?> parse, string rule)
        where T : struct
    {
        var header = headers[name];
        if (header.Count == 0) return null;
        var value = header.Count == 1 ? parse(header[0]!) : null;
        if (value is null) errors[name] = [rule];
        return value;
    }

    private static string? Text(IHeaderDictionary headers, string name, int most, Dictionary<string, string[]> errors)
    {
        var header = headers[name];
        if (header.Count == 0) return null;
        if (header.Count == 1 && header[0] is { Length: > 0 } text && text.Length <= most && !text.Any(char.IsControl)) return text;
        errors[name] = [$"must be 1 to {most} characters of text."];
        return null;
    }
}
