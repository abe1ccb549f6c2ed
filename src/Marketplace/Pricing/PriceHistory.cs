using JasperFx.Events;
using Marketplace.Offers;
using Marketplace.Storage;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Pricing;

/// <summary>
/// The price history: every price point of every offer, and the steps of the lowest price of every product, listing type and currency, on
/// both axes of time (ops/decisions: price history). It follows the log asynchronously and keeps no memory between batches:
/// what a batch needs to know of the past it reads from its own tables, so any instance can take over at any batch, and a rebuild is
/// the same work on empty tables.
/// </summary>
public sealed class PriceHistory : IProjection
{
    /// <summary>The most events in one batch: large enough that the cost of a statement does not count in a rebuild.</summary>
    public const int BatchSize = 10_000;

    /// <summary>The tables this projection owns and a rebuild replaces.</summary>
    public static readonly string[] Tables =
    [
        $"{Schema.Name}.history_group", $"{Schema.Name}.offer_history", $"{Schema.Name}.history_ladder",
        $"{Schema.Name}.lowest_price_by_instant", $"{Schema.Name}.lowest_price_by_position",
    ];

    /// <inheritdoc />
    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var offerEvents = events.Where(e => e.Data is IOfferEvent).OrderBy(e => e.Sequence).ToArray();
        if (offerEvents.Length == 0) return;

        var states = await HistoryReads.LatestStatesAsync(operations, [.. offerEvents.Select(OfferOf).Distinct()], cancellation);
        var rows = Fold(offerEvents, states);
        var groups = await GroupBatch.ReadAsync(operations, rows.Select(r => r.Change), states, cancellation);

        HistoryWrites.AddHistory(operations, rows);
        HistoryWrites.SetLadder(operations, [.. groups.SelectMany(g => g.LastChanges())]);
        HistoryWrites.SetGroups(operations, [.. groups.Select(g => (g.Group, g.Latest))]);
        HistoryWrites.Rewind(operations, [.. groups.Where(g => g.Rewinds).Select(g => (g.Group, g.From))]);
        HistoryWrites.AddByInstant(operations, groups.SelectMany(g => g.StepsByInstant()));
        HistoryWrites.AddByPosition(operations, [.. groups.SelectMany(g => g.StepsByPosition())]);
    }

    private static OfferId OfferOf(IEvent e) => e.Data is IOfferEvent about ? new OfferId(about.SellerId, about.Sku) : default;

    private static List<(IEvent Event, OfferChange Change)> Fold(IEvent[] offerEvents, Dictionary<OfferId, OfferState> before)
    {
        var current = new Dictionary<OfferId, OfferState>(before);
        var rows = new List<(IEvent, OfferChange)>(offerEvents.Length);
        foreach (var e in offerEvents)
        {
            var offer = OfferOf(e);
            var state = OfferState.Evolve(current.GetValueOrDefault(offer), e);
            current[offer] = state;
            rows.Add((e, new OfferChange(offer, state, e.EffectiveAt(), e.Sequence)));
        }
        return rows;
    }
}
