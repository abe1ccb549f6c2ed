namespace Marketplace.Pricing;

/// <summary>
/// What the price history remembers between two batches: groups with all their offers, as the tables hold them. It only spares reading the
/// tables, and is thrown away whenever they may have gone on without it.
/// </summary>
/// <param name="offers">How many offers have numbers.</param>
/// <param name="groups">How many groups have numbers.</param>
public sealed class HistoryMemory(long offers, long groups)
{
    /// <summary>The most offers remembered from one batch to the next. Where a batch has brought in more, the groups that were not needed for
    /// the longest time are forgotten, until a quarter is free.</summary>
    public const int MostOffers = 400_000;

    private readonly Dictionary<OfferId, KnownOffer> _offers = [];
    private readonly Dictionary<PriceGroup, KnownGroup> _groups = [];
    private long _batch;

    /// <summary>How many offers have numbers, 1 the first.</summary>
    public long Offers { get; private set; } = offers;

    /// <summary>How many groups have numbers, 1 the first.</summary>
    public long Groups { get; private set; } = groups;

    /// <summary>Whether nothing is in the tables that is not in here, so that there is nothing to look for.</summary>
    public bool IsComplete => _offers.Count == Offers && _groups.Count == Groups;

    /// <summary>The offer, or null when it is not in memory.</summary>
    public KnownOffer? Find(OfferId id) => _offers.GetValueOrDefault(id);

    /// <summary>The group, or null when it is not in memory.</summary>
    public KnownGroup? Find(PriceGroup id) => _groups.GetValueOrDefault(id);

    /// <summary>Remembers an offer that has a number, or the one in memory that already does.</summary>
    public KnownOffer Remember(OfferId id, long number)
    {
        if (_offers.TryGetValue(id, out var known)) return known;
        return _offers[id] = new KnownOffer(id, number);
    }

    /// <summary>Remembers a group that has a number.</summary>
    public KnownGroup Remember(PriceGroup id, long number) => _groups[id] = new KnownGroup(id, number);

    /// <summary>Numbers an offer that has none.</summary>
    public KnownOffer Number(OfferId id) => Remember(id, ++Offers);

    /// <summary>Numbers a group that has none.</summary>
    public KnownGroup Number(PriceGroup id) => Remember(id, ++Groups);

    /// <summary>Notes which groups a batch had to do with, and forgets others when there are too many offers.</summary>
    public void EndBatch(IEnumerable<KnownGroup> used, int most = MostOffers)
    {
        _batch++;
        foreach (var group in used) group.LastUsed = _batch;
        if (_offers.Count <= most) return;
        foreach (var group in _groups.Values.OrderBy(group => group.LastUsed).ToArray())
        {
            if (_offers.Count <= most / 4 * 3) return;
            Forget(group);
        }
    }

    // An offer and the groups it was ever in are forgotten together: no group is left with an offer that has gone on elsewhere.
    private void Forget(KnownGroup group)
    {
        var rest = new Stack<KnownGroup>([group]);
        while (rest.TryPop(out var next))
        {
            if (!_groups.Remove(next.Id)) continue;
            foreach (var offer in next.Members)
            {
                _offers.Remove(offer.Id);
                foreach (var other in offer.Groups)
                    if (other != next) rest.Push(other);
            }
        }
    }
}
