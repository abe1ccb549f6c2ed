namespace JasperFx.Events;

/// <summary>What a session does to a stream.</summary>
public enum StreamActionType
{
    /// <summary>The stream must not exist yet.</summary>
    Start,

    /// <summary>Events are added to the stream, which may or may not exist.</summary>
    Append,
}

/// <summary>The events that one session adds to one stream.</summary>
public class StreamAction
{
    private readonly List<IEvent> _events = [];

    internal StreamAction(string stream, StreamActionType actionType)
    {
        Key = stream;
        ActionType = actionType;
    }

    /// <summary>Key of the stream.</summary>
    public string? Key { get; }

    /// <summary>Whether the stream is started or added to.</summary>
    public StreamActionType ActionType { get; }

    /// <summary>Type the stream is folded into, where known.</summary>
    public Type? AggregateType { get; set; }

    /// <summary>Stored name of <see cref="AggregateType"/>.</summary>
    public string? AggregateTypeName { get; internal set; }

    /// <summary>The new events in order.</summary>
    public IReadOnlyList<IEvent> Events => _events;

    /// <summary>Version that the stream must have when the events are stored; null when any will do.</summary>
    public long? ExpectedVersionOnServer { get; set; }

    /// <summary>Version of the stream once the events are stored.</summary>
    public long Version { get; set; }

    internal void Add(IEvent @event)
    {
        @event.StreamKey = Key;
        _events.Add(@event);
    }
}
