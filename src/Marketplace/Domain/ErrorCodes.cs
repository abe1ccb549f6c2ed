namespace Marketplace.Domain;

/// <summary>What can be wrong with a JSON text that was sent, in the words that programs tell it by. Part of the contract: only added to.</summary>
public static class ErrorCodes
{
    /// <summary>It is no JSON, no text, or nested too deeply.</summary>
    public const string Malformed = "malformed";

    /// <summary>There is no such member here.</summary>
    public const string UnknownMember = "unknown-member";

    /// <summary>The member is given more than once.</summary>
    public const string RepeatedMember = "repeated-member";

    /// <summary>The member is required.</summary>
    public const string Missing = "missing";

    /// <summary>The value is of another JSON type than the member's.</summary>
    public const string WrongType = "wrong-type";

    /// <summary>The number is too small or too large.</summary>
    public const string OutOfRange = "out-of-range";

    /// <summary>The value is of the right type and breaks another rule.</summary>
    public const string Invalid = "invalid";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Malformed, UnknownMember, RepeatedMember, Missing, WrongType, OutOfRange, Invalid];
}
