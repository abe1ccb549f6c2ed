using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.Tests.Domain;

/// <summary>Events as the store would hand them to a fold.</summary>
public static class Stored
{
    public static readonly DateTimeOffset Noon = new(2026, 2, 18, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An event recorded some minutes after noon, effective then too unless told otherwise.</summary>
    public static IEvent At(int minutes, object data, DateTimeOffset? effectiveAt = null)
    {
        var e = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(data.GetType()), data)!;
        e.Timestamp = Noon.AddMinutes(minutes);
        e.Sequence = minutes;
        e.Version = minutes;
        e.EventTypeName = data.GetType().Name;
        if (effectiveAt is { } instant) e.SetHeader(EventFacts.EffectiveAtHeader, EventFacts.Format(instant));
        return e;
    }

    /// <summary>The state after a decision's events, all recorded at one moment.</summary>
    public static T? Fold<T>(T? state, Decision decision, int minutes = 1) where T : class, IStreamState<T> =>
        decision.Events.Aggregate(state, (before, data) => T.Fold(before, At(minutes, data)));

    public static Money Usd(decimal amount) => new(amount, "USD");
}
