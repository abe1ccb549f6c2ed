using JasperFx.Events;
using Marketplace.Offers;
using Marketplace.Storage;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Pricing;

/// <summary>
/// The price history: the terms of every offer after each of its events, and the steps of the lowest price of every product, listing type and
/// currency, on both axes of time (ops/decisions: price history). It follows the log asynchronously. What a batch needs to know of the past
/// it remembers from the batch before, if the tables' mark says that nothing has come between, and otherwise reads from its own tables; so any
/// instance can take over at any batch, and a rebuild is the same work on empty tables.
/// </summary>
public sealed class PriceHistory : IProjection
{
    /// <summary>The most events in one batch: large enough that the cost of a statement does not count in a rebuild.</summary>
    public const int BatchSize = 10_000;

    /// <summary>The tables this projection owns and a rebuild replaces.</summary>
    public static readonly string[] Tables =
    [
        $"{Schema.Name}.price_group", $"{Schema.Name}.priced_offer", $"{Schema.Name}.price_group_member", $"{Schema.Name}.offer_terms",
        $"{Schema.Name}.lowest_price_step", $"{Schema.Name}.price_history_memory",
    ];

    private readonly HistoryMemories _memories = new();

    /// <inheritdoc />
    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        // By the type first: an event store may spare itself reading what nobody asks for.
        var offerEvents = events.Where(e => typeof(IOfferEvent).IsAssignableFrom(e.EventType)).OrderBy(e => e.Sequence).ToArray();
        if (offerEvents.Length == 0) return;

        var memory = await _memories.TakeAsync(operations, cancellation);
        var batch = await HistoryBatch.ReadAsync(operations, memory, offerEvents, cancellation);
        HistoryWrites.Queue(operations, batch);
        batch.Settle();
        _memories.Keep(operations, memory);
    }
}
