using Marketplace.Domain;

namespace Marketplace.Identity;

/// <summary>One role that may use a route, and for whose resources.</summary>
/// <param name="Role">The role.</param>
/// <param name="Owner">Whose resources.</param>
/// <param name="Name">The parameter of the path or the member of the body that names the owner; null for anybody's.</param>
public sealed record Grant(Role Role, Owner Owner = Owner.Anybody, string? Name = null)
{
    /// <summary>Whose, in words: for the page in the docs and the OpenAPI document.</summary>
    public string Whose => Owner switch
    {
        Owner.PathParameter => $"its own: `{{{Name}}}` is the token's `sub`",
        Owner.BodyMember => $"its own: the body's `{Name}` is the token's `sub`",
        Owner.ReviewerOfId => $"its own: the reviewer in `{{{Name}}}` is the token's `sub`",
        _ => "anybody's",
    };

    /// <summary>The owner that the path names; null when the path does not say whose the resource is, or names nobody.</summary>
    public string? OwnerIn(RouteValueDictionary path)
    {
        var value = Name is null ? null : path[Name] as string;
        return Owner switch
        {
            Owner.PathParameter => Id.IsValid(value) ? value : null,
            Owner.ReviewerOfId => ReviewId.Read(value)?.ReviewerId,
            _ => null,
        };
    }

    /// <summary>What a path must name where <see cref="OwnerIn"/> finds nobody.</summary>
    public Refusal NoOwner => Refusal.Invalid(Name!, (Owner == Owner.ReviewerOfId ? ReviewId.Rule : Id.Rule) + ".");
}
