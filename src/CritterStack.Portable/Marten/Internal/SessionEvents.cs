using JasperFx.Events;
using Marten.Exceptions;

namespace Marten.Internal;

/// <summary>The events of a session.</summary>
internal sealed partial class SessionEvents(DocumentSession session, DocumentStore store) : Marten.Events.IEventStoreOperations
{
    private readonly List<StreamAction> _streams = [];
    private readonly Dictionary<string, StreamAction> _byKey = new(StringComparer.Ordinal);

    public IReadOnlyList<StreamAction> Streams => _streams;

    public IEvent BuildEvent(object data) => store.Options.EventGraph.BuildEvent(data);

    /// <summary>Forgets what was fetched and what was added.</summary>
    public void Clear()
    {
        _streams.Clear();
        _byKey.Clear();
        _fetched.Clear();
    }

    /// <summary>What was added is stored.</summary>
    public void Committed()
    {
        foreach (var stream in _fetched)
        {
            stream.Committed();
        }
    }

    /// <summary>What was added is not stored, or nobody knows.</summary>
    public void Refused()
    {
        foreach (var stream in _fetched)
        {
            stream.Refused();
        }
    }

    public StreamAction Append(string stream, IEnumerable<object> events) => Append(stream, events.ToArray());

    public StreamAction Append(string stream, params object[] events)
    {
        if (string.IsNullOrEmpty(stream))
        {
            throw new ArgumentOutOfRangeException(nameof(stream), "The stream key cannot be null or empty");
        }

        var action = _byKey.GetValueOrDefault(stream) ?? Add(new StreamAction(stream, StreamActionType.Append));

        return AddTo(action, events);
    }

    public StreamAction Append(string stream, long expectedVersion, IEnumerable<object> events) =>
        Append(stream, expectedVersion, events.ToArray());

    public StreamAction Append(string stream, long expectedVersion, params object[] events)
    {
        var action = Append(stream, events);
        action.ExpectedVersionOnServer = expectedVersion - action.Events.Count;
        return action;
    }

    public StreamAction StartStream<TAggregate>(string streamKey, IEnumerable<object> events)
        where TAggregate : class => Start(typeof(TAggregate), streamKey, events.ToArray());

    public StreamAction StartStream<TAggregate>(string streamKey, params object[] events)
        where TAggregate : class => Start(typeof(TAggregate), streamKey, events);

    public StreamAction StartStream(string streamKey, IEnumerable<object> events) => Start(null, streamKey, events.ToArray());

    public StreamAction StartStream(string streamKey, params object[] events) => Start(null, streamKey, events);

    private StreamAction Start(Type? aggregate, string streamKey, object[] events)
    {
        if (string.IsNullOrEmpty(streamKey))
        {
            throw new ArgumentOutOfRangeException(nameof(streamKey), "The stream key cannot be null or empty");
        }

        if (events.Length == 0)
        {
            throw new EmptyEventStreamException(streamKey);
        }

        var action = _byKey.GetValueOrDefault(streamKey);
        if (action is { Events.Count: > 0 } or { ExpectedVersionOnServer: > 0 })
        {
            throw new ExistingStreamIdCollisionException(streamKey, aggregate!);
        }

        action ??= Add(new StreamAction(streamKey, StreamActionType.Start));
        action.AggregateType ??= aggregate;
        action.ExpectedVersionOnServer = 0;
        return AddTo(action, events);
    }

    private StreamAction Add(StreamAction action)
    {
        _streams.Add(action);
        _byKey.Add(action.Key!, action);
        return action;
    }

    private StreamAction AddTo(StreamAction action, object[] events)
    {
        foreach (var e in events)
        {
            action.Add(store.Options.EventGraph.BuildEvent(e));
        }

        return action;
    }
}
