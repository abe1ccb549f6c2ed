namespace Marten.Exceptions;

/// <summary>The log holds an event of a name that is not registered.</summary>
public class UnknownEventTypeException : MartenException
{
    /// <summary>The name <paramref name="eventTypeName"/> at <paramref name="sequence"/> is not registered.</summary>
    public UnknownEventTypeException(string eventTypeName, long sequence)
        : base(
            $"Unknown event type name alias '{eventTypeName}' at sequence {sequence}. "
            + "Register it through StoreOptions.Events.MapEventType<T>(name)")
    {
        EventTypeName = eventTypeName;
        Sequence = sequence;
    }

    /// <summary>The stored name.</summary>
    public string EventTypeName { get; }

    /// <summary>Place in the log.</summary>
    public long Sequence { get; }
}
