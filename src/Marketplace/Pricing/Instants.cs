namespace Marketplace.Pricing;

/// <summary>Instants as PostgreSQL keeps them.</summary>
public static class Instants
{
    /// <summary>The instant cut to whole microseconds, UTC: a finer one would differ between what was asked and what is stored.</summary>
    public static DateTimeOffset Microseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
