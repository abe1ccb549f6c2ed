using Marketplace.Domain;

namespace Marketplace.Storage;

/// <summary>The rule that within a stream effective time never goes back, and when it has to be written down.</summary>
public static class EffectiveTime
{
    /// <summary>The request header that carries an effective time.</summary>
    public const string Header = "Marketplace-Effective-At";

    /// <summary>The earliest effective time accepted, UTC: PostgreSQL's own least instants stand for no time at all.</summary>
    public static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// The effective time to write on new events, UTC to the microsecond, or null when it is simply the recorded time. Without a wish it is
    /// the recorded time, unless the stream is already ahead of this instance's clock: then it stays where the stream is.
    /// </summary>
    public static DateTimeOffset? Of(DateTimeOffset? asked, DateTimeOffset now, DateTimeOffset? last) =>
        asked is { } instant ? Microseconds(instant)
        : last > now ? last
        : null;

    /// <summary>409: the wish lies before what the stream already holds.</summary>
    public static Refusal GoesBack(DateTimeOffset last) =>
        Refusal.Conflict("effective-time-goes-back", $"Within a stream effective time never goes back; the last event took effect at {EventFacts.Format(last)}.");

    /// <summary>An instant as PostgreSQL keeps it: a finer one would differ between what was decided and what is read back.</summary>
    public static DateTimeOffset Microseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
