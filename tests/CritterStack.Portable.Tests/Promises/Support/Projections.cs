using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;
using Marten.Services;
using Marten.Subscriptions;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>Inline sums per stream. Not idempotent on purpose: an event applied twice shows.</summary>
public sealed class Balances : IProjection
{
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation) =>
        Sums.Queue(operations, "suite.balance", events);
}

/// <summary>Inline receipts of those commands whose sessions queue none.</summary>
public sealed class Receipts : IProjection
{
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var received = events.OfType<IEvent<AmountAdded>>()
            .Where(e => !Commands.IsReceiptQueued(e.Data.Command))
            .GroupBy(e => (e.Data.Command, Stream: e.StreamKey!))
            .ToArray();
        if (received.Length > 0)
        {
            operations.QueueSqlCommand(
                """
                insert into suite.receipt (command, stream, version)
                select * from unnest(?::text[], ?::text[], ?::bigint[])
                """,
                received.Select(r => r.Key.Command).ToArray(),
                received.Select(r => r.Key.Stream).ToArray(),
                received.Select(r => r.Max(e => e.Version)).ToArray());
        }

        return Task.CompletedTask;
    }
}

/// <summary>The same sums, computed by the daemon. Not idempotent on purpose.</summary>
public sealed class Tally : IProjection
{
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation) =>
        Sums.Queue(operations, "suite.tally", events);
}

/// <summary>Every position in the order of its application: a skipped, doubled or early event shows.</summary>
public sealed class Journal : IProjection
{
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        operations.QueueSqlCommand(
            "insert into suite.journal (position) select p from unnest(?::bigint[]) with ordinality as t (p, n) order by n",
            events.Select(e => e.Sequence).ToArray());
        return Task.CompletedTask;
    }
}

/// <summary>The same record of positions, kept by a subscription.</summary>
public sealed class Collector : ISubscription
{
    public Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        operations.QueueSqlCommand(
            "insert into suite.collected (position) select p from unnest(?::bigint[]) with ordinality as t (p, n) order by n",
            page.Events.Select(e => e.Sequence).ToArray());
        return Task.FromResult<IChangeListener>(NullChangeListener.Instance);
    }
}

/// <summary>Sums per stream that fail at an event of a given amount, until it is repaired.</summary>
public sealed class Fragile(int poison) : IProjection
{
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        if (events.Any(e => e.Data is AmountAdded added && added.Amount == poison))
            throw new InvalidOperationException($"The amount {poison} is more than this projection can take.");
        return Sums.Queue(operations, "suite.fragile", events);
    }
}

/// <summary>Sums per stream that stand still, once they said so, before the batch with the event at a position.</summary>
public sealed class Gated(long position, Action standing) : IProjection
{
    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        if (events.Any(e => e.Sequence >= position))
        {
            standing();
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        await Sums.Queue(operations, "suite.tally", events);
    }
}

internal static class Sums
{
    /// <summary>Adds the events to the sums of their streams, in one statement however many events there are.</summary>
    public static Task Queue(IDocumentOperations operations, string table, IReadOnlyList<IEvent> events)
    {
        var added = events.OfType<IEvent<AmountAdded>>().ToArray();
        if (added.Length == 0)
            return Task.CompletedTask;
        operations.QueueSqlCommand(
            $"""
            insert into {table} as t (stream, count, total, version)
            select stream, count(*), sum(amount), max(version)
            from unnest(?::text[], ?::bigint[], ?::bigint[]) as e (stream, amount, version) group by stream order by stream
            on conflict (stream) do update
            set count = t.count + excluded.count, total = t.total + excluded.total, version = excluded.version
            """,
            added.Select(e => e.StreamKey!).ToArray(),
            added.Select(e => (long)e.Data.Amount).ToArray(),
            added.Select(e => e.Version).ToArray());
        return Task.CompletedTask;
    }
}
