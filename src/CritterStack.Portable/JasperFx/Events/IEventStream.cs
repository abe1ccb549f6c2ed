namespace JasperFx.Events;

/// <summary>A stream fetched to be written: its state, its version, and what is added to it.</summary>
public interface IEventStream<out T>
    where T : notnull
{
    /// <summary>The folded state; null when the stream does not exist.</summary>
    T? Aggregate { get; }

    /// <summary>Version that <see cref="Aggregate"/> stands at; 0 when the stream does not exist.</summary>
    long? StartingVersion { get; }

    /// <summary><see cref="StartingVersion"/> plus the events added since.</summary>
    long? CurrentVersion { get; }

    /// <summary>Key of the stream.</summary>
    string? Key { get; }

    /// <summary>Events added in this session; their sequences are known once saved.</summary>
    IReadOnlyList<IEvent> Events { get; }

    /// <summary>Adds one event.</summary>
    void AppendOne(object @event);

    /// <summary>Adds events in order.</summary>
    void AppendMany(params object[] events);

    /// <summary>Adds events in order.</summary>
    void AppendMany(IEnumerable<object> events);
}
