namespace JasperFx.Events;

/// <summary>Everything a session does with events.</summary>
public interface IEventStoreOperations : IEventOperations, IQueryEventStore
{
    /// <summary>
    /// Wraps a fact that is not stored yet, so that it can be given metadata of its own: what is set here stays, apart from headers that
    /// the session sets too. Events are added wrapped or bare.
    /// </summary>
    IEvent BuildEvent(object data);

    /// <summary>Reads a stream's state to decide upon it. Saving then fails when the stream moved on since.</summary>
    Task<IEventStream<T>> FetchForWriting<T>(string key, CancellationToken cancellation = default)
        where T : class;

    /// <summary>Reads a stream's state to decide upon it, failing at once unless it stands at <paramref name="expectedVersion"/>.</summary>
    Task<IEventStream<T>> FetchForWriting<T>(string key, long expectedVersion, CancellationToken cancellation = default)
        where T : class;
}
