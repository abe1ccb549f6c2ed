using Marketplace.Domain;
using Marketplace.Idempotency;

namespace Marketplace.Storage;

/// <summary>Who wants a change, and why: what every event recorded for it carries.</summary>
/// <param name="Actor"><c>role:subject</c> or <c>anonymous</c>.</param>
/// <param name="Cause">Why.</param>
public sealed record Intent(string Actor, Cause Cause = Cause.Manual)
{
    /// <summary>What the cause refers to, or null: a rule's name, a feed's line, the position corrected.</summary>
    public string? Reference { get; init; }

    /// <summary>The reason in the actor's own words, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>When the fact holds, UTC, where it is not now: a backfill or a correction. Never ahead of the clock.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>Ties together all that was recorded for one cause across streams (the trace id of the request).</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The immediate cause of the event (the span id of the request, the line of a feed).</summary>
    public string? CausationId { get; init; }

    /// <summary>The keyed request that the change is for; null when it carries no idempotency key.</summary>
    public KeyedRequest? Keyed { get; init; }

    /// <summary>Whether the caller's precondition holds for the version it meets (null: nothing is stored); null when there is none.</summary>
    public Func<long?, bool>? Precondition { get; init; }
}
