using Marten;

namespace Marketplace.Pricing;

/// <summary>A step as a row: on one axis of time or on both.</summary>
/// <param name="Group">The group.</param>
/// <param name="Step">The step.</param>
/// <param name="ByPosition">Whether it is one in the order of the log.</param>
/// <param name="ByInstant">Whether it is one in effective time.</param>
/// <param name="IsPriceStep">Whether it is one in effective time that changes price, shipping or offer.</param>
public readonly record struct StepRow(KnownGroup Group, Step Step, bool ByPosition, bool ByInstant, bool IsPriceStep);

/// <summary>
/// What a batch does to one group. In effective time the batch may reach back behind what is known already (a backfill by months, two writers
/// by microseconds); then the group is rewound: what took effect since the batch's first instant is folded again together with the batch.
/// </summary>
public sealed class GroupBatch
{
    private readonly IReadOnlyList<OfferChange> _changes;
    private readonly bool _isInOrder;
    // How the offers stood before the batch's first instant that stand otherwise at its end; where the two orders differ.
    private readonly Dictionary<OfferId, OfferChange?> _beforeInstant = [];
    private readonly List<OfferChange> _rewound = [];

    /// <summary>Takes the changes of a group by position.</summary>
    public GroupBatch(KnownGroup group, IReadOnlyList<OfferChange> changes)
    {
        (Group, _changes) = (group, changes);
        From = changes.Min(c => c.EffectiveAt);
        _isInOrder = true;
        for (var i = 1; i < changes.Count; i++) _isInOrder &= changes[i - 1].EffectiveAt <= changes[i].EffectiveAt;
        Rewinds = group.Latest >= From;
    }

    /// <summary>The group.</summary>
    public KnownGroup Group { get; }

    /// <summary>The batch's first instant in the group, UTC.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Whether steps already written from <see cref="From"/> on may have to be taken back and folded again.</summary>
    public bool Rewinds { get; }

    /// <summary>Reads what groups that are rewound have had take effect since: two statements, none when no group is.</summary>
    public static async Task ReadBackAsync(IQuerySession session, IReadOnlyCollection<GroupBatch> batches, HistoryMemory memory, CancellationToken ct)
    {
        var changed = new List<(KnownGroup Group, KnownOffer Offer, DateTimeOffset Instant)>();
        var owners = new List<GroupBatch>();
        foreach (var batch in batches)
        {
            batch.StandAsBefore(memory);
            if (!batch.Rewinds) continue;
            foreach (var offer in batch.Group.Members)
            {
                if (offer.Last is not { } last || last.EffectiveAt < batch.From) continue;
                changed.Add((batch.Group, offer, batch.From));
                owners.Add(batch);
            }
        }
        if (changed.Count == 0) return;
        var since = await HistoryReads.SinceAsync(session, changed, ct);
        var before = await HistoryReads.BeforeAsync(session, changed.Column(c => (c.Offer, c.Instant)), ct);
        for (var i = 0; i < changed.Count; i++)
        {
            owners[i]._rewound.AddRange(since[i]);
            owners[i]._beforeInstant[changed[i].Offer.Id] = before[i];
        }
    }

    /// <summary>Takes the batch into the group's competition and tells its steps: those of the batch, and behind them, where the group is
    /// rewound, those in effective time of what was taken back.</summary>
    public (List<StepRow> Added, List<StepRow> Refolded) Fold()
    {
        var before = Group.Competition.Standing;
        var steps = StepFold.ByPosition(Group.Competition, Group.Id, _changes).ToList();
        if (_isInOrder && !Rewinds)
            return ([.. StepFold.InBothOrders(before, steps).Select(s => new StepRow(Group, s.Step, true, s.ByInstant, s.IsPriceStep))], []);

        foreach (var (offer, change) in _beforeInstant) Group.Competition.Set(offer, change?.State, change?.Position ?? 0);
        var byInstant = StepFold.ByInstant(Group.Competition, Group.Id,
            [.. _rewound.Concat(_changes).OrderBy(c => c.EffectiveAt).ThenBy(c => c.Position)]);
        return ([.. steps.Select(s => new StepRow(Group, s, true, false, false))],
            [.. byInstant.Select(s => new StepRow(Group, s, false, true, s.IsPriceStep))]);
    }

    // Where nothing is rewound the offers of the batch stood before its first instant as they stand now.
    private void StandAsBefore(HistoryMemory memory)
    {
        if (_isInOrder && !Rewinds) return;
        foreach (var change in _changes) _beforeInstant[change.Offer] = memory.Find(change.Offer)?.Last;
    }
}
