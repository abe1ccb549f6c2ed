using JasperFx.Events;

namespace Marten.Events;

/// <summary>How events are kept.</summary>
public interface IEventStoreOptions
{
    /// <summary>What identifies a stream; the portable store knows <see cref="StreamIdentity.AsString"/> only.</summary>
    StreamIdentity StreamIdentity { get; set; }

    /// <summary>How much an event knows once stored; the portable store keeps what <see cref="EventAppendMode.Rich"/> promises.</summary>
    EventAppendMode AppendMode { get; set; }

    /// <summary>Schema of the event tables; the store's own unless set.</summary>
    string DatabaseSchemaName { get; set; }

    /// <summary>Which metadata is stored with each event.</summary>
    MetadataConfig MetadataConfig { get; }

    /// <summary>Clock of the events' timestamps.</summary>
    TimeProvider TimeProvider { get; set; }

    /// <summary>Keeps the latest committed state of up to <paramref name="sizeLimit"/> streams in memory for writing.</summary>
    void CacheAggregatesForWriting<T>(int sizeLimit = 1000)
        where T : class;

    /// <summary>Registers an event under the name derived from its class.</summary>
    IEventStoreOptions AddEventType<TEvent>();

    /// <inheritdoc cref="AddEventType{TEvent}" />
    void AddEventType(Type eventType);

    /// <summary>Registers an event under a name that is the storage format: never to be changed.</summary>
    void MapEventType<TEvent>(string eventTypeName)
        where TEvent : class;

    /// <inheritdoc cref="MapEventType{TEvent}" />
    void MapEventType(Type eventType, string eventTypeName);
}
