using System.Collections.Concurrent;
using JasperFx.Events;
using Marten.Events;
using Marten.Exceptions;

namespace Marten.Internal;

/// <summary>The event types of a store, and how its events are kept.</summary>
internal sealed class EventGraph(StoreOptions store) : IEventStoreOptions
{
    private readonly Dictionary<Type, string> _names = [];
    private readonly Dictionary<Type, int> _cacheSizes = [];
    private readonly ConcurrentDictionary<Type, EventMapping> _byType = new();
    private readonly ConcurrentDictionary<string, EventMapping> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, string> _aggregateNames = new();
    private string? _schema;

    public StreamIdentity StreamIdentity { get; set; } = StreamIdentity.AsGuid;

    public EventAppendMode AppendMode { get; set; } = EventAppendMode.Rich;

    public string DatabaseSchemaName
    {
        get => _schema ?? store.DatabaseSchemaName;
        set => _schema = value;
    }

    public MetadataConfig MetadataConfig { get; } = new();

    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    public void CacheAggregatesForWriting<T>(int sizeLimit = 1000)
        where T : class
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sizeLimit);
        _cacheSizes[typeof(T)] = sizeLimit;
    }

    public IEventStoreOptions AddEventType<TEvent>()
    {
        AddEventType(typeof(TEvent));
        return this;
    }

    public void AddEventType(Type eventType) => _names.TryAdd(eventType, TypeNames.AliasOf(eventType));

    public void MapEventType<TEvent>(string eventTypeName)
        where TEvent : class => MapEventType(typeof(TEvent), eventTypeName);

    public void MapEventType(Type eventType, string eventTypeName)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventTypeName);
        _names[eventType] = eventTypeName;
    }

    /// <summary>Checks the options and makes the mappings: called once, when the store is built.</summary>
    public void Build()
    {
        if (StreamIdentity != StreamIdentity.AsString)
        {
            throw new NotSupportedException(
                "The portable store identifies streams by string: set Events.StreamIdentity = StreamIdentity.AsString");
        }

        foreach (var (type, name) in _names)
        {
            var mapping = EventMapping.For(type, name, store.Json);
            _byType[type] = mapping;
            if (!_byName.TryAdd(name, mapping))
            {
                throw new InvalidOperationException($"The event types {_byName[name].Type} and {type} have one stored name, '{name}'");
            }
        }
    }

    public int? CacheSizeFor(Type aggregate) => _cacheSizes.TryGetValue(aggregate, out var size) ? size : null;

    public EventMapping MappingFor(Type eventType) =>
        _byType.TryGetValue(eventType, out var mapping) ? mapping : _byType.GetOrAdd(eventType, Register, this);

    /// <summary>The type stored under a name that was registered or met before, else null.</summary>
    public EventMapping? KnownMappingFor(string eventTypeName) => _byName.GetValueOrDefault(eventTypeName);

    /// <summary>The type stored under a name, or failing that under its .NET name.</summary>
    public EventMapping MappingFor(string eventTypeName, string? dotNetTypeName, long sequence)
    {
        if (_byName.TryGetValue(eventTypeName, out var mapping))
        {
            return mapping;
        }

        if (dotNetTypeName is null || Type.GetType(dotNetTypeName) is not { } type)
        {
            throw new UnknownEventTypeException(eventTypeName, sequence);
        }

        return _byName.GetOrAdd(eventTypeName, MappingFor(type));
    }

    public IEvent BuildEvent(object data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data is not IEvent e)
        {
            return MappingFor(data.GetType()).Wrap(data);
        }

        var mapping = MappingFor(e.EventType);
        e.EventTypeName = mapping.EventTypeName;
        e.DotNetTypeName = mapping.DotNetTypeName;
        return e;
    }

    public string AggregateNameFor(Type aggregate) => _aggregateNames.GetOrAdd(aggregate, TypeNames.AliasOf);

    private static EventMapping Register(Type type, EventGraph graph)
    {
        var mapping = EventMapping.For(type, TypeNames.AliasOf(type), graph.Json);
        graph._byName.TryAdd(mapping.EventTypeName, mapping);
        return mapping;
    }

    private EventJson Json => store.Json;
}
