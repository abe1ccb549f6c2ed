using JasperFx.Events;
using Marketplace.Offers;
using Marketplace.Storage;
using Marten;

namespace Marketplace.Pricing;

/// <summary>A batch of the price history: the events, what is new in them, and what they do to each group.</summary>
public sealed class HistoryBatch
{
    private readonly HistoryMemory _memory;
    private readonly List<(KnownOffer Offer, KnownGroup Group, OfferChange Change)> _changes = [];
    private readonly List<KnownOffer> _newOffers = [];
    private readonly List<KnownGroup> _newGroups = [];
    private readonly List<(KnownGroup Group, KnownOffer Offer)> _newMembers = [];
    private IReadOnlyCollection<GroupBatch> _groups = [];

    private HistoryBatch(HistoryMemory memory) => _memory = memory;

    /// <summary>Every event with its offer and the group that the offer is in after it, by position.</summary>
    public IReadOnlyList<(KnownOffer Offer, KnownGroup Group, OfferChange Change)> Changes => _changes;

    /// <summary>Offers that the batch posts for the first time.</summary>
    public IReadOnlyList<KnownOffer> NewOffers => _newOffers;

    /// <summary>Groups in which there was no offer before.</summary>
    public IReadOnlyList<KnownGroup> NewGroups => _newGroups;

    /// <summary>Offers that come into a group for the first time.</summary>
    public IReadOnlyList<(KnownGroup Group, KnownOffer Offer)> NewMembers => _newMembers;

    /// <summary>What the batch does to each group that it is about.</summary>
    public IReadOnlyCollection<GroupBatch> Groups => _groups;

    /// <summary>The number of an offer in memory.</summary>
    public long NumberOf(OfferId offer) => _memory.Find(offer)!.Number;

    /// <summary>Folds a batch's events, and reads what of the past is not in memory: nothing as a rule.</summary>
    /// <param name="session">The session of the batch.</param>
    /// <param name="memory">What is remembered.</param>
    /// <param name="events">Events of offers by position.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<HistoryBatch> ReadAsync(
        IQuerySession session, HistoryMemory memory, IReadOnlyList<IEvent> events, CancellationToken ct)
    {
        var batch = new HistoryBatch(memory);
        if (!memory.IsComplete) await HistoryReads.OffersAsync(session, memory, [.. Unknown(memory, events)], ct);
        var changes = batch.Fold(events);
        if (!memory.IsComplete)
        {
            var unknown = changes.Select(c => c.State.Group).Distinct().Where(g => memory.Find(g) is null);
            await HistoryReads.GroupsAsync(session, memory, [.. unknown], ct);
        }
        batch.Assign(changes);
        await GroupBatch.ReadBackAsync(session, batch._groups, memory, ct);
        return batch;
    }

    /// <summary>Brings the memory to where the tables are once the batch is committed. The groups' competitions have been folded on.</summary>
    public void Settle()
    {
        foreach (var (offer, group, change) in _changes)
        {
            offer.Last = change;
            group.Reached(change.EffectiveAt);
        }
        _memory.EndBatch(_groups.Select(g => g.Group));
    }

    // Whoever is posted for the first time is not looked for.
    private static IEnumerable<OfferId> Unknown(HistoryMemory memory, IReadOnlyList<IEvent> events)
    {
        var met = new HashSet<OfferId>();
        foreach (var e in events)
        {
            var id = OfferOf(e);
            if (met.Add(id) && e.Data is not OfferPosted && memory.Find(id) is null) yield return id;
        }
    }

    private static OfferId OfferOf(IEvent e) => e.Data is IOfferEvent about ? new OfferId(about.SellerId, about.Sku) : default;

    private List<OfferChange> Fold(IReadOnlyList<IEvent> events)
    {
        var current = new Dictionary<OfferId, OfferState>();
        var changes = new List<OfferChange>(events.Count);
        foreach (var e in events)
        {
            var id = OfferOf(e);
            // By the name that is remembered anyway, so that the event's own need not be kept with it.
            var known = _memory.Find(id);
            if (known is not null) id = known.Id;
            if (!current.TryGetValue(id, out var state)) state = known?.Last?.State;
            state = OfferState.Evolve(state, e);
            current[id] = state;
            changes.Add(new OfferChange(id, state, e.EffectiveAt(), e.Sequence, e.Version));
        }
        return changes;
    }

    // Numbers are given in the order of the log, so that a rebuild gives the same.
    private void Assign(List<OfferChange> changes)
    {
        var byGroup = new Dictionary<KnownGroup, List<OfferChange>>();
        foreach (var change in changes)
        {
            var (offer, group) = (_memory.Find(change.Offer), _memory.Find(change.State.Group));
            if (offer is null) _newOffers.Add(offer = _memory.Number(change.Offer));
            if (group is null) _newGroups.Add(group = _memory.Number(change.State.Group));
            if (group.Admit(offer)) _newMembers.Add((group, offer));
            _changes.Add((offer, group, change));
            if (!byGroup.TryGetValue(group, out var some)) byGroup.Add(group, some = []);
            some.Add(change);
        }
        _groups = [.. byGroup.Select(g => new GroupBatch(g.Key, g.Value))];
    }
}
