namespace Marketplace.Domain;

/// <summary>
/// The pattern that product, seller, reviewer and voter ids and skus share: 1–40 of <c>[A-Za-z0-9._-]</c>, but neither <c>.</c> nor
/// <c>..</c>, which paths swallow. The tilde is outside it, so <c>{productId}~{reviewerId}</c> names a review without doubt.
/// </summary>
public static class Id
{
    /// <summary>The most characters an id has.</summary>
    public const int MaxLength = 40;

    /// <summary>The rule in words, for error texts.</summary>
    public const string Rule = "must be 1 to 40 of the characters A-Z, a-z, 0-9, '.', '_' and '-', and neither '.' nor '..'";

    /// <summary>Whether the text is an id.</summary>
    public static bool IsValid(string? text)
    {
        if (text is null || text.Length is 0 or > MaxLength || text is "." or "..") return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')) return false;
        return true;
    }
}
