namespace JasperFx.Events;

/// <summary>One stored fact with everything known about its storing.</summary>
public interface IEvent
{
    /// <summary>Unique identity of the event, made by the writer.</summary>
    Guid Id { get; set; }

    /// <summary>Place in its stream, from 1 without gaps.</summary>
    long Version { get; set; }

    /// <summary>Place in the whole log: rising, with gaps where transactions failed. 0 until the event is stored.</summary>
    long Sequence { get; set; }

    /// <summary>The fact itself.</summary>
    object Data { get; }

    /// <summary>Identity of the stream when streams are identified by Guid.</summary>
    Guid StreamId { get; set; }

    /// <summary>Key of the stream.</summary>
    string? StreamKey { get; set; }

    /// <summary>Instant of storing by the writer's clock (UTC, microseconds), one per save.</summary>
    DateTimeOffset Timestamp { get; set; }

    /// <summary>Tenant; always the default one here.</summary>
    string TenantId { get; set; }

    /// <summary>.NET type of <see cref="Data"/>.</summary>
    Type EventType { get; }

    /// <summary>Stored name of the type.</summary>
    string EventTypeName { get; set; }

    /// <summary>Stored .NET name of the type: "Full.Name, Assembly".</summary>
    string DotNetTypeName { get; set; }

    /// <summary>What caused the event.</summary>
    string? CausationId { get; set; }

    /// <summary>What the event belongs to, usually a request.</summary>
    string? CorrelationId { get; set; }

    /// <summary>Further metadata, a flat JSON object in storage.</summary>
    Dictionary<string, object>? Headers { get; set; }

    /// <summary>Whether the event was taken out of the active log.</summary>
    bool IsArchived { get; set; }

    /// <summary>Name of the stream's aggregate, where known.</summary>
    string? AggregateTypeName { get; set; }

    /// <summary>Who did it.</summary>
    string? UserName { get; set; }

    /// <summary>Sets one header.</summary>
    void SetHeader(string key, object value);

    /// <summary>One header, or null.</summary>
    object? GetHeader(string key);
}

/// <summary>An event whose fact is a <typeparamref name="T"/>.</summary>
public interface IEvent<out T> : IEvent
    where T : notnull
{
    /// <summary>The fact itself.</summary>
    new T Data { get; }
}
