namespace Marketplace.Identity;

/// <summary>The roles that a token carries.</summary>
public readonly record struct RoleSet
{
    private readonly byte _bits;

    private RoleSet(byte bits) => _bits = bits;

    /// <summary>Whether the role is among them.</summary>
    public bool Contains(Role role) => (_bits & Bit(role)) != 0;

    /// <summary>These roles and one more.</summary>
    public RoleSet With(Role role) => new((byte)(_bits | Bit(role)));

    private static byte Bit(Role role) => (byte)(1 << (int)role);
}
