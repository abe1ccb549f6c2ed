using System.Globalization;
using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>
/// Reads query parameters strictly and gathers everything wrong with them. Ask for each parameter, then look at <see cref="Refusal"/>.
/// Unknown and repeated parameters never get here (<see cref="RequestShape"/>).
/// </summary>
public sealed class Query
{
    /// <summary>Items on a page when the caller does not say.</summary>
    public const int DefaultLimit = 50;

    /// <summary>The most items on a page.</summary>
    public const int MaxLimit = 500;

    private static readonly string[] InstantFormats =
        ["yyyy-MM-dd'T'HH:mm:ssK", .. Enumerable.Range(1, 7).Select(n => $"yyyy-MM-dd'T'HH:mm:ss.{new string('f', n)}K"), "yyyy-MM-dd'T'HH:mmK"];

    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>Everything wrong so far as one 400, or null.</summary>
    public Refusal? Refusal => _errors.Count == 0 ? null : new Refusal(400, "invalid", "The query is not valid.", _errors);

    /// <summary>A page size: 1 to <see cref="MaxLimit"/>, <see cref="DefaultLimit"/> without it.</summary>
    public int Limit(string? text) => (int)(Whole("limit", text, 1, MaxLimit) ?? DefaultLimit);

    /// <summary>A page size where a list may also be asked for without end: null without it.</summary>
    public long? LimitOrAll(string? text) => Whole("limit", text, 1, long.MaxValue);

    /// <summary>A position: 0 or more.</summary>
    public long? Position(string name, string? text) => Whole(name, text, 0, long.MaxValue);

    /// <summary>A word of an enum in exactly its spelling.</summary>
    public TEnum? Word<TEnum>(string name, string? text) where TEnum : struct, Enum
    {
        if (text is null) return null;
        var value = Domain.Word.Parse<TEnum>(text);
        if (value is null) Wrong(name, $"must be one of {Domain.Word.All<TEnum>()}.");
        return value;
    }

    /// <summary>An ISO 4217 code.</summary>
    public string? Currency(string name, string? text)
    {
        if (text is not null && Currencies.DecimalsOf(text) is null) Wrong(name, "must be a currency code of ISO 4217 in upper case.");
        return text;
    }

    /// <summary>An instant, ISO 8601 with an offset or Z, as UTC; finer than a microsecond is cut off.</summary>
    public DateTimeOffset? Instant(string name, string? text)
    {
        if (text is null) return null;
        if (TryInstant(text, out var instant)) return instant;
        Wrong(name, "must be an instant in ISO 8601 with an offset, such as 2026-01-31T12:00:00Z.");
        return null;
    }

    /// <summary>A cursor that an earlier page of the same list gave, with as many values as the list has keys.</summary>
    public string[]? After(string? text, string list, int keys)
    {
        if (text is null) return null;
        var values = Cursor.Decode(text, list, keys);
        if (values is null) Wrong("after", "is not a cursor of this list; use the 'next' of the page before.");
        return values;
    }

    /// <summary>Notes something wrong with a parameter.</summary>
    public void Wrong(string name, string message) => _errors[name] = _errors.TryGetValue(name, out var before) ? [.. before, message] : [message];

    /// <summary>Reads an instant as <see cref="Instant"/> does.</summary>
    public static bool TryInstant(string text, out DateTimeOffset instant)
    {
        var zoned = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        instant = default;
        if (!zoned || !DateTimeOffset.TryParseExact(text, InstantFormats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var read))
            return false;
        instant = new DateTimeOffset(read.UtcTicks - read.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        return true;
    }

    private long? Whole(string name, string? text, long least, long most)
    {
        if (text is null) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        Wrong(name, most == long.MaxValue ? $"must be a whole number of {least} or more." : $"must be a whole number from {least} to {most}.");
        return null;
    }
}
