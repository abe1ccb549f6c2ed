namespace JasperFx.Events;

/// <summary>Reading streams.</summary>
public interface IQueryEventStore
{
    /// <summary>The events of a stream in order; empty when there is no such stream.</summary>
    /// <param name="streamKey">key of the stream</param>
    /// <param name="version">last version to read; 0 for all</param>
    /// <param name="timestamp">last instant of storing to read; null for all</param>
    /// <param name="fromVersion">first version to read; 0 for the beginning</param>
    /// <param name="token">gives up waiting</param>
    Task<IReadOnlyList<IEvent>> FetchStreamAsync(
        string streamKey, long version = 0, DateTimeOffset? timestamp = null, long fromVersion = 0, CancellationToken token = default);

    /// <summary>The fold of a stream; null when nothing of it is read. Parameters as in <see cref="FetchStreamAsync"/>.</summary>
    /// <param name="streamKey">key of the stream</param>
    /// <param name="version">last version to fold; 0 for all</param>
    /// <param name="timestamp">last instant of storing to fold; null for all</param>
    /// <param name="state">state to fold upon; null to begin with none</param>
    /// <param name="fromVersion">first version to fold; 0 for the beginning</param>
    /// <param name="token">gives up waiting</param>
    Task<T?> AggregateStreamAsync<T>(
        string streamKey,
        long version = 0,
        DateTimeOffset? timestamp = null,
        T? state = null,
        long fromVersion = 0,
        CancellationToken token = default)
        where T : class;
}
