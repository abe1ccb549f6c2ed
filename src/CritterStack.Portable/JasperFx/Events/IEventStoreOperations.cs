namespace JasperFx.Events;

/// <summary>Everything a session does with events.</summary>
public interface IEventStoreOperations : IEventOperations, IQueryEventStore
{
    /// <summary>Reads a stream's state to decide upon it. Saving fails with a <see cref="ConcurrencyException"/> when it moved on since.</summary>
    Task<IEventStream<T>> FetchForWriting<T>(string key, CancellationToken cancellation = default)
        where T : class;

    /// <summary>As <see cref="FetchForWriting{T}(string, CancellationToken)"/>, failing at once unless the stream stands at <paramref name="expectedVersion"/>.</summary>
    Task<IEventStream<T>> FetchForWriting<T>(string key, long expectedVersion, CancellationToken cancellation = default)
        where T : class;
}
