using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>Says what keeps a JSON text from being read, in the caller's words: by JSON path, no type names.</summary>
public static partial class JsonErrors
{
    /// <summary>What is said of a member's name that is no text.</summary>
    public const string NameIsNoText = "a member's name is no text: it must be UTF-8 without half of a surrogate pair.";

    // The most characters of an unknown member's name that an answer repeats.
    private const int LongestName = 100;

    private const string WrongType = "has the wrong type or is out of range.";

    /// <summary>A member that is not known.</summary>
    public static MemberError Unknown(string name, IReadOnlyList<ObjectMembers.Member> known)
    {
        var meant = known.FirstOrDefault(member => Bare(member.Name).Equals(Bare(name), StringComparison.OrdinalIgnoreCase))?.Name;
        return new MemberError(ErrorCodes.UnknownMember, Short(name), meant is null ? "is not a member known here." : $"is not a member known here; {meant} is.");
    }

    /// <summary>A text that is no JSON.</summary>
    public static MemberError Malformed(ReadOnlySpan<byte> utf8, JsonException e) => new(ErrorCodes.Malformed, "$",
        utf8.IsEmpty ? "a JSON object is expected; the text is empty."
        : !Utf8.IsValid(utf8) ? "is not well-formed JSON: it is not UTF-8."
        : EndsEarly(utf8) ? "is not well-formed JSON: it ends before the object does."
        : utf8.Contains((byte)'\n') ? $"is not well-formed JSON (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1})."
        : $"is not well-formed JSON (byte {(e.BytePositionInLine ?? 0) + 1}).");

    /// <summary>Adds what kept a member's value from being read.</summary>
    /// <param name="errors">Receives it.</param>
    /// <param name="member">The member.</param>
    /// <param name="e">What the framework or a converter said.</param>
    /// <param name="type">The member's type.</param>
    /// <param name="token">The token its value begins with.</param>
    public static void Add(List<MemberError> errors, string member, JsonException e, Type type, JsonTokenType token)
    {
        var path = e.Path is null or "$" or "" ? member : e.Path.StartsWith("$.", StringComparison.Ordinal) ? $"{member}.{e.Path[2..]}" : member + e.Path[1..];
        if (e is JsonMemberException parts)
        {
            foreach (var part in parts.Errors) errors.Add(part with { Path = $"{path}.{Short(part.Path)}" });
            return;
        }
        // Named by the path of the value; a value within it is of a type that is not known here.
        var (code, message) = path == member ? Of(e, Nullable.GetUnderlyingType(type) ?? Settled(type), token) : (ErrorCodes.WrongType, WrongType);
        errors.Add(new MemberError(code, path, message));
    }

    private static (string Code, string Message) Of(JsonException e, Type type, JsonTokenType token) =>
        e.InnerException is InvalidOperationException && token == JsonTokenType.String && type == typeof(string)
            ? (ErrorCodes.Malformed, "is no text: it must be UTF-8 without half of a surrogate pair.")
        : IsOurs(e) ? (type.IsEnum && token == JsonTokenType.String ? ErrorCodes.Invalid : ErrorCodes.WrongType, e.Message)
        : type == typeof(string) ? (ErrorCodes.WrongType, "must be a string.")
        : type == typeof(bool) ? (ErrorCodes.WrongType, "must be true or false.")
        : type == typeof(int) && token == JsonTokenType.Number ? (ErrorCodes.OutOfRange, "must be a whole number of at most ten digits.")
        : type == typeof(int) ? (ErrorCodes.WrongType, "must be a whole number, not in quotes.")
        : (ErrorCodes.WrongType, WrongType);

    private static Type Settled(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Settable<>) ? type.GetGenericArguments()[0] : type;

    // The framework's messages name types of its own or the path; the converters' of this program are sentences.
    private static bool IsOurs(JsonException e) =>
        e.InnerException is null && !e.Message.Contains("System.", StringComparison.Ordinal) && e.Message.EndsWith('.')
        && !e.Message.Contains(" Path: ", StringComparison.Ordinal);

    // Reading on for more finds nothing wrong with a text that was only cut off.
    private static bool EndsEarly(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 1_000_000 }));
        try
        {
            while (reader.Read())
            {
            }
            return utf8.Trim(" \t\r\n"u8).Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // The caller's own words come back, but not a text's worth of them, and nothing that cannot be kept or shown.
    private static string Short(string name)
    {
        var end = Math.Min(name.Length, LongestName);
        if (end < name.Length && char.IsHighSurrogate(name[end - 1])) end--;
        var shown = end < name.Length ? name[..end] + "…" : name;
        return Rules.IsStorable(shown) ? shown : Unshown().Replace(shown, "\uFFFD");
    }

    private static string Bare(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"[\p{Cc}\p{Cs}]")]
    private static partial Regex Unshown();
}
