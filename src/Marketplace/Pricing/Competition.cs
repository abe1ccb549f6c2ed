namespace Marketplace.Pricing;

/// <summary>
/// The running competition within one group while changes are folded over it. Only the offers that change are held; all others are
/// represented by the best of them, so a change costs the logarithm of the number of offers that change, not of those that exist.
/// </summary>
public sealed class Competition
{
    private readonly PriceGroup _group;
    private readonly Contender? _others;
    private readonly SortedSet<Contender> _competing = [];
    private readonly Dictionary<OfferId, Contender> _byOffer = [];
    private long _count;

    /// <summary>Sets the competition up as it stands before the first change.</summary>
    /// <param name="group">The group.</param>
    /// <param name="count">How many offers are active.</param>
    /// <param name="others">The best active offer among those that none of the changes is about, or null.</param>
    /// <param name="changing">The state before the first change of every offer that one of them is about, where it has one.</param>
    public Competition(PriceGroup group, long count, Contender? others, IEnumerable<KeyValuePair<OfferId, OfferState>> changing)
    {
        (_group, _count, _others) = (group, count, others);
        foreach (var (offer, state) in changing)
            if (Contender.Of(offer, state, group) is { } contender) Enter(contender);
    }

    /// <summary>How the group stands now.</summary>
    public Standing Standing => new(_competing.Min is { } best && best.CompareTo(_others) < 0 ? best : _others, _count);

    /// <summary>Takes one change in.</summary>
    public void Apply(OfferChange change)
    {
        if (_byOffer.Remove(change.Offer, out var before))
        {
            _competing.Remove(before);
            _count--;
        }
        if (Contender.Of(change.Offer, change.State, _group) is { } contender)
        {
            Enter(contender);
            _count++;
        }
    }

    private void Enter(Contender contender)
    {
        _byOffer.Add(contender.Offer, contender);
        _competing.Add(contender);
    }
}
