using System.Text.RegularExpressions;

namespace Marten.Internal;

/// <summary>Stored names that Marten derives from classes.</summary>
internal static partial class TypeNames
{
    /// <summary>OfferPosted becomes offer_posted.</summary>
    public static string AliasOf(Type type) =>
        LowerThenOther().Replace(OtherThenWord().Replace(type.Name, "$1 $2"), "$1 $2").ToLowerInvariant().Replace(' ', '_');

    [GeneratedRegex(@"(\p{Ll})(\P{Ll})")]
    private static partial Regex LowerThenOther();

    [GeneratedRegex(@"(\P{Ll})(\P{Ll}\p{Ll})")]
    private static partial Regex OtherThenWord();
}
