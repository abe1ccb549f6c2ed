using System.Globalization;
using JasperFx.Events;
using Marketplace.Domain;

namespace Marketplace.Storage;

/// <summary>
/// Who, when and why of a stored event, read from its metadata. The actor is Marten's user name; cause, reference, reason and a
/// differing effective time are headers, which Marten keeps as one flat JSON object.
/// </summary>
public static class EventFacts
{
    /// <summary>Header with the <see cref="Cause"/> as a word.</summary>
    public const string CauseHeader = "cause";
    /// <summary>Header with what the cause refers to: a feed's id and line, a rule's name, the corrected position.</summary>
    public const string ReferenceHeader = "reference";
    /// <summary>Header with the reason in the actor's own words.</summary>
    public const string ReasonHeader = "reason";
    /// <summary>Header with the effective time, ISO 8601 UTC to the microsecond, only where it differs from the recorded time.</summary>
    public const string EffectiveAtHeader = "effectiveAt";

    /// <summary>When the fact holds, UTC: the recorded time unless a backfill or a correction says otherwise.</summary>
    public static DateTimeOffset EffectiveAt(this IEvent e) =>
        e.Header(EffectiveAtHeader) is { } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
            : e.Timestamp.ToUniversalTime();

    /// <summary>When the event was stored, UTC.</summary>
    public static DateTimeOffset RecordedAt(this IEvent e) => e.Timestamp.ToUniversalTime();

    /// <summary>Who did it: <c>role:subject</c> or <c>anonymous</c>.</summary>
    public static string Actor(this IEvent e) => e.UserName ?? "anonymous";

    /// <summary>Why it was done, as the stored word.</summary>
    public static string CauseWord(this IEvent e) => e.Header(CauseHeader) ?? Word.Of(Cause.Manual);

    /// <summary>What the cause refers to, or null.</summary>
    public static string? Reference(this IEvent e) => e.Header(ReferenceHeader);

    /// <summary>The reason in the actor's own words, or null.</summary>
    public static string? Reason(this IEvent e) => e.Header(ReasonHeader);

    /// <summary>Says of an event that is not stored yet who, when and why.</summary>
    /// <param name="e">The event.</param>
    /// <param name="intent">Who and why.</param>
    /// <param name="effectiveAt">The effective time where it differs from the recorded one, else null.</param>
    public static void Describe(IEvent e, Intent intent, DateTimeOffset? effectiveAt)
    {
        e.UserName = intent.Actor;
        e.CorrelationId = intent.CorrelationId;
        e.CausationId = intent.CausationId;
        foreach (var (name, value) in HeadersOf(intent, effectiveAt)) e.SetHeader(name, value);
    }

    /// <summary>The headers that carry cause, reference, reason and a differing effective time.</summary>
    public static IEnumerable<(string Name, string Value)> HeadersOf(Intent intent, DateTimeOffset? effectiveAt)
    {
        yield return (CauseHeader, Word.Of(intent.Cause));
        if (intent.Reference is { } reference) yield return (ReferenceHeader, reference);
        if (intent.Reason is { } reason) yield return (ReasonHeader, reason);
        if (effectiveAt is { } instant) yield return (EffectiveAtHeader, Format(instant));
    }

    /// <summary>The effective time as the header carries it.</summary>
    public static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    /// <summary>The form of an instant in headers and in JSON: UTC to the microsecond.</summary>
    public const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static string? Header(this IEvent e, string key) =>
        e.Headers is { } headers && headers.TryGetValue(key, out var value) ? Text(value) : null;

    // Marten reads whatever looks like a date as one, a reason that is nothing but a date included.
    private static string? Text(object? value) => value switch
    {
        DateTime { Kind: DateTimeKind.Unspecified } date when date.TimeOfDay == TimeSpan.Zero => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime instant => Format(instant.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(instant, TimeSpan.Zero) : instant),
        _ => value?.ToString(),
    };
}
