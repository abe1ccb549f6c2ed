using Marten;

namespace Marketplace.Pricing;

/// <summary>
/// What a batch does to one group, with all of the past that it takes to fold the batch on. In effective time the batch may reach back
/// behind what is known already (a backfill by months, two writers by microseconds); then the group is rewound: what took effect since
/// the batch's first instant is folded again together with the batch.
/// </summary>
public sealed class GroupBatch
{
    private readonly List<OfferChange> _changes;
    private GroupBefore _before = null!;
    private List<OfferChange> _rewound = [];
    private readonly Dictionary<OfferId, OfferState> _atEnd = [];
    private Dictionary<OfferId, OfferState> _beforeInstant = [];
    private Contender? _others;

    private GroupBatch(PriceGroup group, List<OfferChange> changes)
    {
        (Group, _changes) = (group, changes);
        (From, Latest) = (changes.Min(c => c.EffectiveAt), changes.Max(c => c.EffectiveAt));
    }

    /// <summary>The group.</summary>
    public PriceGroup Group { get; }

    /// <summary>The batch's first instant in the group, UTC.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The batch's last instant in the group, UTC.</summary>
    public DateTimeOffset Latest { get; }

    /// <summary>Whether steps already written from <see cref="From"/> on are to be taken back and folded again.</summary>
    public bool Rewinds => _before.LatestEffectiveAt >= From;

    /// <summary>Sorts a batch by group and reads what each needs of the past: three statements, some more when a group rewinds.</summary>
    /// <param name="session">The session of the batch.</param>
    /// <param name="changes">The batch's changes by position.</param>
    /// <param name="states">The state before the batch of every offer it is about that has one.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<IReadOnlyList<GroupBatch>> ReadAsync(
        IQuerySession session, IEnumerable<OfferChange> changes, Dictionary<OfferId, OfferState> states, CancellationToken ct)
    {
        var groups = changes.GroupBy(c => c.State.Group).Select(g => new GroupBatch(g.Key, [.. g])).ToArray();
        var before = await HistoryReads.GroupsAsync(session, [.. groups.Select(g => (g.Group, g.From))], ct);
        for (var i = 0; i < groups.Length; i++) groups[i].Begin(before[i], states);

        var rewinding = groups.Where(g => g.Rewinds).ToArray();
        if (rewinding.Length > 0) await ReadBackAsync(session, rewinding, ct);

        // Among the best active offers there is one that does not change, unless all of those that compete do.
        var best = await HistoryReads.BestOffersAsync(session, [.. groups.Select(g => (g.Group, 1L + g.CompetingAtEnd()))], ct);
        for (var i = 0; i < groups.Length; i++)
            groups[i]._others = best[i].Find(contender => !groups[i]._atEnd.ContainsKey(contender.Offer));
        return groups;
    }

    /// <summary>The last change of each offer in the group.</summary>
    public IEnumerable<OfferChange> LastChanges() => _changes.GroupBy(c => c.Offer).Select(offer => offer.Last());

    /// <summary>The batch's steps in the order of the log.</summary>
    public IEnumerable<Step> StepsByPosition() => StepFold.ByPosition(Compete(_before.AtEnd, _atEnd), Group, _changes);

    /// <summary>The batch's steps in effective time, and those of what was rewound.</summary>
    public IEnumerable<Step> StepsByInstant() => StepFold.ByInstant(Compete(_before.BeforeInstant, _beforeInstant), Group,
        [.. _rewound.Concat(_changes).OrderBy(c => c.EffectiveAt).ThenBy(c => c.Position)]);

    private void Begin(GroupBefore before, Dictionary<OfferId, OfferState> states)
    {
        _before = before;
        foreach (var change in _changes)
            if (states.TryGetValue(change.Offer, out var state)) _atEnd[change.Offer] = state;
        _beforeInstant = _atEnd;
    }

    private static async Task ReadBackAsync(IQuerySession session, GroupBatch[] groups, CancellationToken ct)
    {
        var rewound = await HistoryReads.ChangesSinceAsync(session, [.. groups.Select(g => (g.Group, g.From))], ct);
        var asked = new List<(OfferId Offer, DateTimeOffset Instant, GroupBatch Group)>();
        for (var i = 0; i < groups.Length; i++)
        {
            var group = groups[i];
            var changing = group._changes.Select(c => c.Offer).ToHashSet();
            group._rewound = rewound[i];
            foreach (var change in rewound[i].OrderBy(c => c.Position))
                if (!changing.Contains(change.Offer)) group._atEnd[change.Offer] = change.State;
            changing.UnionWith(group._atEnd.Keys);
            asked.AddRange(changing.Select(offer => (offer, group.From, group)));
            group._beforeInstant = [];
        }
        var states = await HistoryReads.StatesBeforeAsync(session, [.. asked.Select(a => (a.Offer, a.Instant))], ct);
        for (var i = 0; i < states.Length; i++)
            if (states[i] is { } state) asked[i].Group._beforeInstant[asked[i].Offer] = state;
    }

    private long CompetingAtEnd() => _atEnd.LongCount(pair => Contender.Of(pair.Key, pair.Value, Group) is not null);

    // The steps written before and the states read now tell the same; when they do not, nothing may be built on them.
    private Competition Compete(Standing before, Dictionary<OfferId, OfferState> changing)
    {
        var competition = new Competition(Group, before.OfferCount, _others, changing);
        return competition.Standing == before
            ? competition
            : throw new InvalidOperationException(
                $"The price history of {Group} contradicts itself before {From:O}: rebuild {nameof(PriceHistory)}.");
    }
}
