namespace Marketplace.Identity;

/// <summary>Who sends a request, in the role that lets the request through.</summary>
/// <param name="Role">The role, one word; null for a caller without a token.</param>
/// <param name="Subject">The subject of the token, unique per issuer; null for a caller without a token.</param>
public sealed record Caller(string? Role, string? Subject)
{
    /// <summary>A caller without a token.</summary>
    public static Caller Anonymous { get; } = new(null, null);

    /// <summary>What the caller's events carry: <c>role:subject</c>, or <c>anonymous</c>.</summary>
    public string Actor => Role is null ? "anonymous" : $"{Role}:{Subject}";

    /// <summary>The caller of a request, as it was admitted.</summary>
    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Anonymous;

    /// <summary>Notes who was admitted; whatever comes later in the pipeline reads it with <see cref="Of"/>.</summary>
    public void Admit(HttpContext http) => http.Features.Set(this);
}
