namespace Marketplace.Identity;

/// <summary>Whose resource a role may use on a route.</summary>
public enum Owner
{
    /// <summary>Anybody's.</summary>
    Anybody,
    /// <summary>Its own: a parameter of the path is the token's subject.</summary>
    PathParameter,
    /// <summary>Its own: a member of the body is the token's subject. It is checked once the body has been read.</summary>
    BodyMember,
    /// <summary>Its own: the reviewer in a review's id, <c>{productId}~{reviewerId}</c>, is the token's subject.</summary>
    ReviewerOfId,
}
