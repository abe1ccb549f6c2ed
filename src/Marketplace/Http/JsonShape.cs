using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>Says what keeps a JSON text from reading strictly into a type, in the caller's words: by JSON path, no type names.</summary>
public static partial class JsonShape
{
    // The most characters of an unknown member's name that an answer repeats.
    private const int LongestName = 100;

    // The most members of a body that are looked at one by one.
    private const int MostMembers = 100;

    /// <summary>The refusal, or null when the text reads.</summary>
    public static Refusal? Check(ReadOnlySpan<byte> utf8, Type type, JsonSerializerOptions options)
    {
        if (utf8.IsEmpty) return Refusal.Invalid("$", "a JSON object is expected; the body is empty.");
        try
        {
            return JsonSerializer.Deserialize(utf8, type, options) is null ? Refusal.Invalid("$", "a JSON object is expected, not null.") : null;
        }
        catch (JsonException e)
        {
            var errors = HasReadableNames(utf8) ? Members(utf8, type, options) : [];
            if (errors.Count == 0)
            {
                var (path, message) = Explain(e);
                errors[path] = [message];
            }
            return new Refusal(400, "invalid", "The body is not valid.", errors);
        }
    }

    // The framework stops at the first member that does not read; the caller is told of all of them.
    private static Dictionary<string, string[]> Members(ReadOnlySpan<byte> utf8, Type type, JsonSerializerOptions options)
    {
        var errors = new Dictionary<string, string[]>();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = options.MaxDepth });
        if (!TryParse(ref reader, out var document)) return errors;
        using (document)
        {
            if (document!.RootElement.ValueKind != JsonValueKind.Object) return errors;
            var known = options.GetTypeInfo(type).Properties.ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.Ordinal);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject().Take(MostMembers))
            {
                var name = Short(member.Name);
                if (!known.TryGetValue(member.Name, out var memberType)) errors[name] = ["is not a member known here."];
                else if (!seen.Add(member.Name)) errors[name] = ["is given more than once."];
                else if (Wrong(member.Value, memberType, options) is { } wrong) errors.TryAdd(Below(name, wrong.Path), [wrong.Message]);
            }
        }
        return errors;
    }

    // Names that are no text (bytes that are no UTF-8, half a surrogate pair) cannot be told by name.
    private static bool HasReadableNames(ReadOnlySpan<byte> utf8) => Utf8.IsValid(utf8) && utf8.IndexOf("\\ud"u8) < 0 && utf8.IndexOf("\\uD"u8) < 0;

    private static (string Path, string Message)? Wrong(JsonElement value, Type type, JsonSerializerOptions options)
    {
        try
        {
            value.Deserialize(type, options);
            return null;
        }
        catch (JsonException e)
        {
            return Explain(e);
        }
    }

    private static bool TryParse(ref Utf8JsonReader reader, out JsonDocument? document)
    {
        document = null;
        try
        {
            document = JsonDocument.ParseValue(ref reader);
            if (!reader.Read()) return true;
        }
        catch (JsonException)
        {
            // Not well-formed: the framework's own error says where.
        }
        document?.Dispose();
        return false;
    }

    private static (string Path, string Message) Explain(JsonException e)
    {
        var path = PathOf(e.Path);
        if (e is JsonMemberException member) return (Join(path, Short(member.Member)), e.Message);
        if (Unmapped().Match(e.Message) is { Success: true } unmapped) return (Child(path, unmapped.Groups[1].Value), "is not a member known here.");
        if (Duplicate().Match(e.Message) is { Success: true } duplicate) return (Child(path, duplicate.Groups[1].Value), "is given more than once.");
        if (e.Message.StartsWith("The maximum configured depth", StringComparison.Ordinal)) return (path, "is nested too deeply.");
        if (e.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)) return (path, "has the wrong type or is out of range.");
        if (IsOurs(e)) return (path, e.Message);
        return (path, $"is not well-formed JSON (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}).");
    }

    // The framework's messages name types of its own or the path; the converters' of this program are sentences.
    private static bool IsOurs(JsonException e) =>
        e.InnerException is null && !e.Message.Contains("System.", StringComparison.Ordinal) && e.Message.EndsWith('.')
        && !e.Message.Contains(" Path: ", StringComparison.Ordinal);

    private static string PathOf(string? path) => path is null or "$" or "" ? "$" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;

    // The framework's path already ends with the member for some errors and stops at its parent for others.
    private static string Child(string path, string member)
    {
        var parent = path == member ? "$"
            : path.EndsWith("." + member, StringComparison.Ordinal) ? path[..^(member.Length + 1)]
            : path.EndsWith($"['{member}']", StringComparison.Ordinal) ? path[..^(member.Length + 4)]
            : path;
        return Join(parent, Short(member));
    }

    // "$" is the member itself, "$[1]" an item of it.
    private static string Below(string member, string path) => path[0] == '$' ? member + path[1..] : $"{member}.{path}";

    private static string Join(string parent, string member) => parent == "$" ? member : $"{parent}.{member}";

    // The caller's own words come back, but not a body's worth of them.
    private static string Short(string member) => member.Length <= LongestName ? member : member[..LongestName] + "…";

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex Unmapped();

    [GeneratedRegex("^Duplicate property '(.*)' encountered", RegexOptions.Singleline)]
    private static partial Regex Duplicate();
}
