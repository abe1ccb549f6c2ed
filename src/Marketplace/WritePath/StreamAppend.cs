using JasperFx.Events;
using Marketplace.Storage;

namespace Marketplace.WritePath;

/// <summary>Events to append to one stream, and the version that they were decided on.</summary>
/// <param name="key">The stream's key.</param>
/// <param name="stateType">The state that the stream folds into: the stream's type in the event store.</param>
/// <param name="version">The stream's version that the events follow; 0 begins the stream.</param>
/// <param name="lastEffectiveAt">The effective time of the event at that version, UTC; null for a new stream.</param>
/// <param name="events">The events in their order.</param>
public sealed class StreamAppend(string key, Type stateType, long version, DateTimeOffset? lastEffectiveAt, IReadOnlyList<IEvent> events)
{
    /// <summary>The stream's key.</summary>
    public string Key { get; } = key;

    /// <summary>The state that the stream folds into.</summary>
    public Type StateType { get; } = stateType;

    /// <summary>The version that the events follow.</summary>
    public long Version { get; } = version;

    /// <summary>The stream's version after them.</summary>
    public long VersionAfter => Version + Events.Count;

    /// <summary>The events in their order; once committed they have their positions.</summary>
    public IReadOnlyList<IEvent> Events { get; } = events;

    /// <summary>
    /// Gives the events their recorded time, right before they are stored. Without an effective time of their own they take effect then, or
    /// when the stream's last event did if that is later: within a stream effective time never goes back.
    /// </summary>
    public void Stamp(DateTimeOffset now)
    {
        foreach (var e in Events)
        {
            e.Timestamp = now;
            if (lastEffectiveAt > now && e.GetHeader(EventFacts.EffectiveAtHeader) is null)
                e.SetHeader(EventFacts.EffectiveAtHeader, EventFacts.Format(lastEffectiveAt.Value));
        }
    }
}
