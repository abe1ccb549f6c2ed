namespace Marketplace.Domain;

/// <summary>
/// Why something was not done: a value, never an exception. It becomes problem details (RFC 9457) over HTTP.
/// </summary>
/// <param name="Status">The HTTP status it answers with, 400 to 503.</param>
/// <param name="Code">What programs tell it by, in kebab case; stable.</param>
/// <param name="Detail">One sentence the caller can act on.</param>
/// <param name="Errors">For a 400: what is wrong, by the JSON path, parameter or header the caller sent.</param>
/// <param name="Path">Where a rule refused: the member it is about, as the line of a feed names it; null when it is about no single one.</param>
public sealed record Refusal(int Status, string Code, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null, string? Path = null)
{
    /// <summary>
    /// Seconds after which the same request is worth another try, or null when only a change of state or of the request would help. Such a
    /// refusal passes by itself, so it is never kept as the answer of an idempotency key.
    /// </summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>400: one member, parameter or header is not as it must be.</summary>
    public static Refusal Invalid(string path, string message) => Invalid(new Dictionary<string, string[]> { [path] = [message] });

    /// <summary>400: members, parameters or headers are not as they must be.</summary>
    public static Refusal Invalid(IReadOnlyDictionary<string, string[]> errors) => new(400, "invalid", "The request is not valid.", errors);

    /// <summary>404: there is no such thing.</summary>
    public static Refusal NotFound(string detail, string? path = null) => new(404, "not-found", detail, Path: path);

    /// <summary>409: a rule forbids it in the present state.</summary>
    public static Refusal Conflict(string code, string detail, string? path = null) => new(409, code, detail, Path: path);

    /// <summary>412: the caller's version is not the current one.</summary>
    /// <param name="current">The current version, or null when there is nothing yet.</param>
    public static Refusal Stale(long? current) =>
        new(412, "stale", current is { } version ? $"The current version is \"{version}\"." : "There is no current version: nothing is stored here yet.");
}
