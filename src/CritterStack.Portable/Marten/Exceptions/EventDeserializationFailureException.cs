namespace Marten.Exceptions;

/// <summary>A stored event cannot be read as its type.</summary>
public class EventDeserializationFailureException : MartenException
{
    internal EventDeserializationFailureException(long sequence, string eventTypeName, Exception innerException)
        : base($"Event deserialization error on sequence = {sequence} for event type {eventTypeName}", innerException)
    {
        Sequence = sequence;
        EventTypeName = eventTypeName;
    }

    /// <summary>Place in the log.</summary>
    public long Sequence { get; }

    /// <summary>The stored name.</summary>
    public string? EventTypeName { get; }
}
