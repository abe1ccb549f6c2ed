using Marketplace.Domain;

namespace Marketplace.Identity;

/// <summary>Who sends a request, in the role that lets the request through.</summary>
/// <param name="Role">The role, one word; null for a caller who needs none, because the route is open to anyone.</param>
/// <param name="Subject">The subject of the token, unique per issuer; null for a caller without a token.</param>
public sealed record Caller(string? Role, string? Subject)
{
    // No token can carry it: it is not among the roles.
    private const string SystemRole = "system";

    /// <summary>A caller without a token.</summary>
    public static Caller Anonymous { get; } = new(null, null);

    /// <summary>Every role that the token carries, the one that lets the request through among them.</summary>
    public RoleSet Held { get; init; }

    /// <summary>What the caller's events carry: <c>role:subject</c>, or <c>anonymous</c>.</summary>
    public string Actor => Role is null ? "anonymous" : $"{Role}:{Subject}";

    /// <summary>The bearer of a token, admitted in one of its roles.</summary>
    public static Caller In(Role role, Bearer bearer) => new(Word.Of(role), bearer.Subject) { Held = bearer.Roles };

    /// <summary>A part of this program that acts on its own account: its events carry <c>system:part</c>.</summary>
    public static Caller System(string part) => new(SystemRole, part);

    /// <summary>The caller of a request, as it was admitted.</summary>
    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Anonymous;

    /// <summary>Notes who was admitted; whatever comes later in the pipeline reads it with <see cref="Of"/>.</summary>
    public void Admit(HttpContext http) => http.Features.Set(this);
}
