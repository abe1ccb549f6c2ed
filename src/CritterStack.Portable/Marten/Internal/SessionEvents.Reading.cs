using JasperFx.Events;
using Marten.Exceptions;
using Npgsql;

namespace Marten.Internal;

/// <content>Reading streams.</content>
internal sealed partial class SessionEvents
{
    private readonly List<IFetchedStream> _fetched = [];

    public IReadOnlyList<IFetchedStream> Fetched => _fetched;

    public async Task<IEventStream<T>> FetchForWriting<T>(string key, CancellationToken cancellation = default)
        where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var aggregator = store.Options.Projections.AggregatorFor<T>();
        var cache = store.CacheFor<T>();
        if (cache is not null && cache.TryGet(key, out var state, out var version))
        {
            return Fetch(aggregator, cache, key, state, version, isUnverified: true);
        }

        var events = await FetchStreamAsync(key, token: cancellation).ConfigureAwait(false);
        state = aggregator.Fold(null, key, events);
        version = events.Count == 0 ? 0 : events[^1].Version;
        if (version > 0)
        {
            cache?.Store(key, state, version);
        }

        return Fetch(aggregator, cache, key, state, version, isUnverified: false);
    }

    public async Task<IEventStream<T>> FetchForWriting<T>(string key, long expectedVersion, CancellationToken cancellation = default)
        where T : class
    {
        var stream = await FetchForWriting<T>(key, cancellation).ConfigureAwait(false);
        if (stream.StartingVersion == expectedVersion)
        {
            return stream;
        }

        // The memory may lag behind the database: only the database's word refuses a caller.
        if (_fetched[^1] is { IsUnverified: true } stale)
        {
            stale.Refused();
            Drop(stale);
            stream = await FetchForWriting<T>(key, cancellation).ConfigureAwait(false);
        }

        return stream.StartingVersion == expectedVersion
            ? stream
            : throw new EventStreamUnexpectedMaxEventIdException(key, typeof(T), expectedVersion, stream.StartingVersion ?? 0);
    }

    public async Task<IReadOnlyList<IEvent>> FetchStreamAsync(
        string streamKey, long version = 0, DateTimeOffset? timestamp = null, long fromVersion = 0, CancellationToken token = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(streamKey);
        await store.EnsureSchemaAsync(token).ConfigureAwait(false);
        try
        {
            return await ReadStreamAsync(streamKey, version, timestamp, fromVersion, token).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            throw new MartenCommandException(null, e);
        }
    }

    public async Task<T?> AggregateStreamAsync<T>(
        string streamKey,
        long version = 0,
        DateTimeOffset? timestamp = null,
        T? state = null,
        long fromVersion = 0,
        CancellationToken token = default)
        where T : class
    {
        var aggregator = store.Options.Projections.AggregatorFor<T>();
        var events = await FetchStreamAsync(streamKey, version, timestamp, fromVersion, token).ConfigureAwait(false);
        return aggregator.Fold(state, streamKey, events);
    }

    private async Task<IReadOnlyList<IEvent>> ReadStreamAsync(
        string key, long version, DateTimeOffset? timestamp, long fromVersion, CancellationToken token)
    {
        await using var lease = await session.LeaseAsync(token).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(store.Sql.ReadStream, lease.Connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = fromVersion });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version > 0 ? version : long.MaxValue });
        var until = timestamp?.ToUniversalTime() ?? DateTimeOffset.MaxValue;
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until });
        var events = new List<IEvent>();
        await using var rows = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
        while (await rows.ReadAsync(token).ConfigureAwait(false))
        {
            events.Add(store.Events.Read(rows));
        }

        return events;
    }

    private EventStream<T> Fetch<T>(
        ILiveAggregator<T> aggregator, AggregateCache<T>? cache, string key, T? state, long version, bool isUnverified)
        where T : class
    {
        var action = _byKey.GetValueOrDefault(key)
            ?? Add(new StreamAction(key, version == 0 ? StreamActionType.Start : StreamActionType.Append));
        action.AggregateType = typeof(T);
        action.ExpectedVersionOnServer = version;
        var stream = new EventStream<T>(store.Options.EventGraph, aggregator, cache, action, state, isUnverified);
        _fetched.Add(stream);
        return stream;
    }

    private void Drop(IFetchedStream stream)
    {
        _fetched.Remove(stream);
        if (stream.Action.Events.Count == 0)
        {
            _streams.Remove(stream.Action);
            _byKey.Remove(stream.Action.Key!);
        }
    }
}
