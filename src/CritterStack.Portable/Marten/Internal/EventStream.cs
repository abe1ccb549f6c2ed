using JasperFx.Events;

namespace Marten.Internal;

/// <summary>A fetched stream, seen by its session.</summary>
internal interface IFetchedStream
{
    /// <summary>What is added to the stream.</summary>
    StreamAction Action { get; }

    /// <summary>Version that the state stands at.</summary>
    long FetchedVersion { get; }

    /// <summary>Whether the state came from memory, so that nobody has compared it with the database yet.</summary>
    bool IsUnverified { get; }

    /// <summary>The session was saved. Said again, it changes nothing.</summary>
    void Committed();

    /// <summary>The session was refused, or nobody knows whether it was saved: the state is not to be decided upon again.</summary>
    void Refused();
}

/// <summary>A stream fetched for writing.</summary>
internal sealed class EventStream<T>(
    EventGraph graph, ILiveAggregator<T> aggregator, AggregateCache<T>? cache, StreamAction action, T? aggregate, bool isUnverified)
    : IEventStream<T>, IFetchedStream
    where T : class
{
    private readonly long _version = action.ExpectedVersionOnServer!.Value;
    private bool _isOver;

    public T? Aggregate { get; } = aggregate;

    public StreamAction Action { get; } = action;

    public long FetchedVersion => _version;

    public long? StartingVersion => _version;

    public long? CurrentVersion => _version + Action.Events.Count;

    public string? Key => Action.Key;

    public IReadOnlyList<IEvent> Events => Action.Events;

    public bool IsUnverified { get; } = isUnverified;

    public void AppendOne(object @event)
    {
        if (_isOver)
        {
            throw new InvalidOperationException($"Stream '{Key}' was saved or refused already: fetch it again to add to it");
        }

        Action.Add(graph.BuildEvent(@event));
    }

    public void AppendMany(params object[] events) => AppendMany((IEnumerable<object>)events);

    public void AppendMany(IEnumerable<object> events)
    {
        foreach (var e in events)
        {
            AppendOne(e);
        }
    }

    public void Committed()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        if (cache is not null && CurrentVersion is { } version and > 0)
        {
            Remember(cache, version);
        }
    }

    public void Refused()
    {
        _isOver = true;
        cache?.Forget(Key!, _version);
    }

    private void Remember(AggregateCache<T> cache, long version)
    {
        try
        {
            cache.Store(Key!, Events.Count == 0 ? Aggregate : aggregator.Fold(Aggregate, Key!, Events), version);
        }
        catch (Exception)
        {
            // The events are stored, whatever their fold thinks of them: whoever fetches the stream next is told what is wrong.
            cache.Forget(Key!, version);
        }
    }
}
