namespace JasperFx.Events;

/// <summary>The stream has moved on since it was read: nothing of the session was stored.</summary>
public class EventStreamUnexpectedMaxEventIdException : ConcurrencyException
{
    /// <summary>Stream <paramref name="id"/> was expected at one version and found at another.</summary>
    /// <param name="id">key of the stream</param>
    /// <param name="aggregateType">type the stream was fetched as, where known</param>
    /// <param name="expected">version the session decided upon</param>
    /// <param name="actual">version in the database; -1 when it is not known</param>
    public EventStreamUnexpectedMaxEventIdException(object id, Type? aggregateType, long expected, long actual)
        : base($"Unexpected starting version number for event stream '{id}', expected {expected} but was {actual}", aggregateType, id)
    {
        Id = id;
        AggregateType = aggregateType;
    }

    /// <summary>A conflict of which no more than <paramref name="message"/> is known.</summary>
    public EventStreamUnexpectedMaxEventIdException(string? message)
        : base(message!)
    {
    }

    /// <summary>Type the stream was fetched as, where known.</summary>
    public Type? AggregateType { get; }
}
