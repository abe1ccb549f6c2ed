namespace Marketplace.Identity;

/// <summary>What a valid token says.</summary>
/// <param name="Subject">Who bears it: 1 to <see cref="MaxSubject"/> visible ASCII characters.</param>
/// <param name="Roles">The roles known here; others are passed over.</param>
/// <param name="From">From when it is valid, clock skew included, UTC.</param>
/// <param name="Until">Until when it is valid, clock skew included, UTC.</param>
public sealed record Bearer(string Subject, RoleSet Roles, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>The most characters of a subject, as OpenID Connect has it.</summary>
    public const int MaxSubject = 255;

    /// <summary>Whether a text may be a subject: it goes into actors, and so into the audit log, as it is.</summary>
    public static bool IsSubject(string? text) =>
        text is { Length: > 0 and <= MaxSubject } && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;
}
