using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Reviews;

namespace Marketplace.Tests.Reviews;

/// <summary>Events as they would come from the store, and the fold of them.</summary>
internal static class Recorded
{
    public static readonly DateTimeOffset Start = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The event as the first, second, … of its stream, a minute after another.</summary>
    public static IEvent As(object data, int version) => new Event<object>(data)
    {
        Version = version,
        Sequence = 100 + version,
        StreamKey = StreamKeys.Review("book", "ann"),
        Timestamp = Start.AddMinutes(version),
    };

    /// <summary>The review after these events.</summary>
    public static Review? Fold(params object[] events) =>
        events.Select((e, i) => As(e, i + 1)).Aggregate((Review?)null, Review.Fold);
}
