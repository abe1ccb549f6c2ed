using Marketplace.Domain;

namespace Marketplace.Identity;

/// <summary>Who may use a route.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Route">The route's pattern, as the endpoint has it.</param>
/// <param name="Grants">The roles, tried in this order; none: open to anyone.</param>
public sealed record AccessRule(string Method, string Route, IReadOnlyList<Grant> Grants)
{
    /// <summary>Whether no token is needed.</summary>
    public bool IsOpen => Grants.Count == 0;

    /// <summary>The member of the body that must be the subject of whoever is admitted in this role; null when the path says enough.</summary>
    public string? OwnerInBody(string? role) =>
        Grants.FirstOrDefault(grant => grant.Owner == Owner.BodyMember && Word.Of(grant.Role) == role)?.Name;

    /// <summary>Decides: pure. The first role that the token carries and that fits the resource admits the caller.</summary>
    /// <param name="bearer">Who bears the token.</param>
    /// <param name="path">The parameters of the path.</param>
    /// <returns>The caller, or why not: 403, or 400 for a path that names nobody.</returns>
    public (Caller? Caller, Refusal? Refusal) Decide(Bearer bearer, RouteValueDictionary path)
    {
        if (IsOpen) return (new Caller(null, bearer.Subject) { Held = bearer.Roles }, null);
        Refusal? refusal = null;
        foreach (var grant in Grants.Where(grant => bearer.Roles.Contains(grant.Role)))
        {
            if (grant.Owner is Owner.Anybody or Owner.BodyMember) return (Caller.In(grant.Role, bearer), null);
            var owner = grant.OwnerIn(path);
            if (owner == bearer.Subject) return (Caller.In(grant.Role, bearer), null);
            refusal ??= owner is null ? grant.NoOwner : NotOwn(grant.Role);
        }
        return (null, refusal ?? new Refusal(403, "role-required", $"This needs a token with the role {string.Join(" or ", Grants.Select(g => Word.Of(g.Role)))}."));
    }

    /// <summary>403: the resource is another's.</summary>
    public static Refusal NotOwn(Role role) =>
        new(403, "not-own", $"In the role {Word.Of(role)} a token is good for what belongs to its subject, and this belongs to another.");
}
