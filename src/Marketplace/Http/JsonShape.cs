using System.Collections.Concurrent;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>Says everything that keeps a JSON text from being a command of a type: what does not read strictly, and what breaks its rules.</summary>
public static class JsonShape
{
    // What the framework takes where no depth is set.
    private const int DefaultDepth = 64;

    private static readonly ConcurrentDictionary<(Type, JsonSerializerOptions), ObjectMembers> Members = new();

    /// <summary>Whether the text reads strictly into the type; the command's rules are then still to be checked.</summary>
    public static bool Reads(ReadOnlySpan<byte> utf8, Type type, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, type, options) is not null;
        }
        catch (JsonException)
        {
            // The framework stops at the first member that does not read; what is told comes from a second reading, to the end.
            return false;
        }
    }

    /// <summary>The refusal of a text that does not read.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="type">The command's type.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="rules">The command's rules, where it has any: what the text breaks of them is told, too.</param>
    public static Refusal Refuse(ReadOnlySpan<byte> utf8, Type type, JsonSerializerOptions options, IValidator? rules)
    {
        var errors = Errors(utf8, Members.GetOrAdd((type, options), key => new ObjectMembers(key.Item1, key.Item2)), options, rules);
        return new Refusal(400, "invalid", "The body is not valid.",
            errors.GroupBy(e => e.Path).ToDictionary(g => g.Key, g => g.Select(e => e.Message).Distinct().ToArray()));
    }

    /// <summary>What a command's rules say to it, apart from what is said already of the same members.</summary>
    /// <param name="command">The command with as much of it as could be read.</param>
    /// <param name="rules">Its rules.</param>
    /// <param name="errors">What kept the rest from being read; receives what the rules say.</param>
    public static void AddRules<T>(T command, IValidator<T> rules, List<MemberError> errors) => Add(rules.Validate(command), errors);

    private static void Add(ValidationResult result, List<MemberError> errors)
    {
        var told = errors.Count;
        foreach (var failure in result.Errors)
        {
            var code = ErrorCodes.All.Contains(failure.ErrorCode) ? failure.ErrorCode : ErrorCodes.Invalid;
            var error = new MemberError(code, failure.PropertyName, failure.ErrorMessage);
            var known = false;
            for (var i = 0; i < told && !known; i++) known = IsAtOrAbove(errors[i].Path, error.Path);
            if (!known && errors.IndexOf(error) < 0) errors.Add(error);
        }
    }

    private static List<MemberError> Errors(ReadOnlySpan<byte> utf8, ObjectMembers members, JsonSerializerOptions options, IValidator? rules)
    {
        var errors = new List<MemberError>();
        var values = new object?[members.All.Count];
        var depth = options.MaxDepth == 0 ? DefaultDepth : options.MaxDepth;
        var whole = ObjectReading.TryRead(utf8, members.All, values, depth, errors);
        if (whole && rules is not null) Add(rules.Validate(new ValidationContext<object>(members.Make(values))), errors);
        // Both ways of reading take the same texts; should they ever differ, the caller is still told no.
        if (errors.Count == 0) errors.Add(new MemberError(ErrorCodes.Malformed, "$", "cannot be read."));
        return errors;
    }

    private static bool IsAtOrAbove(string path, string other) =>
        other.StartsWith(path, StringComparison.Ordinal) && (other.Length == path.Length || other[path.Length] is '.' or '[');
}
