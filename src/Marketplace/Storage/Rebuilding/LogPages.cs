using System.Runtime.CompilerServices;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Storage.Rebuilding;

/// <summary>
/// Reads the log in pages with Marten's event loader, one page ahead. Marten's own daemon loads a page when the one before is committed, and
/// ends at a mark of its own: it took about half as long again.
/// </summary>
/// <param name="store">The event store.</param>
/// <param name="target">What reads the pages.</param>
public sealed class LogPages(DocumentStore store, RebuildTarget target)
{
    /// <summary>The most events in a page.</summary>
    public const int Size = 10_000;

    /// <summary>Every page behind <paramref name="floor"/> up to <paramref name="ceiling"/>, whose last page ends there.</summary>
    public async IAsyncEnumerable<EventPage> ReadAsync(long floor, long ceiling, [EnumeratorCancellation] CancellationToken ct)
    {
        if (floor >= ceiling) yield break;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var load = Loader();
        var next = load(floor, ceiling, end.Token);
        try
        {
            while (floor < ceiling)
            {
                var page = await next;
                floor = page.Ceiling;
                if (floor < ceiling) next = load(floor, ceiling, end.Token);
                yield return page;
            }
        }
        finally
        {
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Func<long, long, CancellationToken, Task<EventPage>> Loader()
    {
        IEventStore<IDocumentOperations, IQuerySession> events = store;
        var (database, shard) = ((IEventDatabase)store.Storage.Database, new ShardName(target.Name));
        var types = new EventFilterable();
        types.IncludedEventTypes.AddRange(target.Events);
        var loader = events.BuildEventLoader(database, NullLogger.Instance, types, new AsyncOptions { BatchSize = Size }, shard);
        var metrics = new SubscriptionMetrics((IEventStore)store, shard, database);
        return (floor, ceiling, ct) => Task.Run(() => loader.LoadAsync(new EventRequest
        {
            Floor = floor,
            HighWater = ceiling,
            BatchSize = Size,
            Name = shard,
            ErrorOptions = store.Options.Projections.RebuildErrors,
            Runtime = new NulloDaemonRuntime(),
            Metrics = metrics,
        }, ct), ct);
    }
}
