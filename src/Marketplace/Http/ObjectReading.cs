using System.Text.Json;
using System.Text.Unicode;
using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>
/// Reads the members of a JSON object strictly, one by one, and goes on after a bad one: the framework's own reading stops at the first.
/// Either way the same converters read the same members, so what one takes the other takes.
/// </summary>
public static class ObjectReading
{
    /// <summary>The most errors of one text that are told.</summary>
    public const int MostErrors = 50;

    // The limit of the contract is checked member by member; this one only bounds the reader's own stack of bits.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1_000_000 };

    /// <summary>Reads an object.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="members">The members it may have, at most 64.</param>
    /// <param name="values">Receives their values, in the same order; null for what is left out, is null, or could not be read at all.</param>
    /// <param name="maxDepth">How deep the text may nest.</param>
    /// <param name="errors">Receives everything wrong, in the order of the text.</param>
    /// <returns>Whether the text was read to its end: only then is what has no value known to be left out.</returns>
    public static bool TryRead(ReadOnlySpan<byte> utf8, IReadOnlyList<ObjectMembers.Member> members, Span<object?> values, int maxDepth,
        List<MemberError> errors)
    {
        var reader = new Utf8JsonReader(utf8, Deep);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                errors.Add(new MemberError(ErrorCodes.WrongType, "$",
                    reader.TokenType == JsonTokenType.Null ? "a JSON object is expected, not null." : "a JSON object is expected."));
                return false;
            }
            var seen = 0UL;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (errors.Count >= MostErrors) return false;
                var at = Find(ref reader, members);
                if (at < 0 || (seen & 1UL << at) != 0) PassOver(ref reader, at < 0 ? null : members[at].Name, members, maxDepth, errors);
                else values[at] = Value(ref reader, members[at], maxDepth, errors);
                if (at >= 0) seen |= 1UL << at;
            }
            return !reader.Read();
        }
        catch (JsonException e)
        {
            errors.Add(JsonErrors.Malformed(utf8, e));
            return false;
        }
    }

    private static int Find(ref Utf8JsonReader reader, IReadOnlyList<ObjectMembers.Member> members)
    {
        for (var i = 0; i < members.Count; i++)
            if (IsText(ref reader, members[i].Utf8Name)) return i;
        return -1;
    }

    /// <summary>Whether a name or a string reads so, escapes and all; the framework's own comparison throws where half a surrogate pair is escaped.</summary>
    public static bool IsText(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan.SequenceEqual(utf8);
        try
        {
            return reader.ValueTextEquals(utf8);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static object? Value(ref Utf8JsonReader reader, ObjectMembers.Member member, int maxDepth, List<MemberError> errors)
    {
        reader.Read();
        if (member.Type is null)
        {
            Skip(ref reader, member.Name, maxDepth, errors);
            return null;
        }
        var before = reader;
        try
        {
            return JsonSerializer.Deserialize(ref reader, member.Type);
        }
        catch (JsonException e)
        {
            var token = before.TokenType;
            // What is no JSON ends the reading here; what is JSON is told, and the next member follows.
            var fine = Skip(ref before, member.Name, maxDepth, errors);
            reader = before;
            if (fine) JsonErrors.Add(errors, member.Name, e, member.Type.Type, token);
            return (e as JsonMemberException)?.AsFarAsRead;
        }
    }

    private static void PassOver(ref Utf8JsonReader reader, string? repeated, IReadOnlyList<ObjectMembers.Member> members, int maxDepth,
        List<MemberError> errors)
    {
        MemberError error;
        if (repeated is not null) error = new MemberError(ErrorCodes.RepeatedMember, repeated, "is given more than once.");
        else if (!TryName(ref reader, out var name)) error = new MemberError(ErrorCodes.Malformed, "$", JsonErrors.NameIsNoText);
        else error = JsonErrors.Unknown(name, members);
        reader.Read();
        if (Skip(ref reader, error.Path, maxDepth, errors)) errors.Add(error);
    }

    // Leaves the reader at the value's last token. False when the value was told to be nested too deeply, which is enough to be told of it.
    private static bool Skip(ref Utf8JsonReader reader, string path, int maxDepth, List<MemberError> errors)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return true;
        var (depth, deepest) = (reader.CurrentDepth, reader.CurrentDepth + 1);
        while (reader.Read() && reader.CurrentDepth > depth)
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) deepest = Math.Max(deepest, reader.CurrentDepth + 1);
        if (deepest <= maxDepth) return true;
        errors.Add(new MemberError(ErrorCodes.Malformed, path, $"is nested too deeply: a text has at most {maxDepth} levels."));
        return false;
    }

    private static bool TryName(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (!Utf8.IsValid(reader.ValueSpan)) return false;
        try
        {
            name = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return false;
        }
    }
}
