using System.Text.Json.Serialization.Metadata;
using JasperFx.Events;

namespace Marten.Internal;

/// <summary>An event type as it is stored.</summary>
internal abstract class EventMapping(Type type, string eventTypeName, EventJson json)
{
    public Type Type { get; } = type;

    public string EventTypeName { get; } = eventTypeName;

    public string DotNetTypeName { get; } = $"{type.FullName}, {type.Assembly.GetName().Name}";

    public JsonTypeInfo Writer { get; } = json.WriterFor(type);

    public JsonTypeInfo Reader { get; } = json.ReaderFor(type);

    public static EventMapping For(Type type, string eventTypeName, EventJson json) =>
        (EventMapping)Activator.CreateInstance(typeof(EventMapping<>).MakeGenericType(type), eventTypeName, json)!;

    public abstract IEvent Wrap(object data);

    /// <summary>An event whose data and headers are deserialized when somebody asks for them.</summary>
    public abstract IEvent Wrap(Func<object> readData, Func<Dictionary<string, object>?> readHeaders);
}

/// <inheritdoc />
internal sealed class EventMapping<T>(string eventTypeName, EventJson json) : EventMapping(typeof(T), eventTypeName, json)
    where T : notnull
{
    public override IEvent Wrap(object data) => new Event<T>((T)data) { EventTypeName = EventTypeName, DotNetTypeName = DotNetTypeName };

    public override IEvent Wrap(Func<object> readData, Func<Dictionary<string, object>?> readHeaders) =>
        new Event<T>(readData, readHeaders) { EventTypeName = EventTypeName, DotNetTypeName = DotNetTypeName };
}
