namespace Marketplace.Pricing;

/// <summary>An offer as the price history remembers it between batches.</summary>
/// <param name="id">The offer.</param>
/// <param name="number">Its number in the tables.</param>
public sealed class KnownOffer(OfferId id, long number)
{
    private PriceGroup _group;
    private string _condition = "";
    private decimal _price;
    private decimal _shipping;
    private int _quantity;
    private bool _paused;
    private bool _withdrawn;
    private DateTimeOffset _priceSince;
    private DateTimeOffset _effectiveAt;
    private long _position;
    // An event's version is 1 or more; 0 while there is none.
    private long _version;

    /// <summary>The offer.</summary>
    public OfferId Id { get; } = id;

    /// <summary>Its number in the tables.</summary>
    public long Number { get; } = number;

    /// <summary>
    /// Its last event as the price history sees it; null until the first is taken in. Kept as values that the next one is written over: objects
    /// that live from one event of an offer to its next outlive a garbage collection, which copies them while the program stands still.
    /// </summary>
    public OfferChange? Last
    {
        get => _version == 0 ? null : new OfferChange(Id,
            new OfferState(_group, _condition, _price, _shipping, _quantity, _paused, _withdrawn, _priceSince), _effectiveAt, _position, _version);
        set
        {
            _version = value?.Version ?? 0;
            if (value is not { State: var state }) return;
            if (_group != state.Group) _group = state.Group;
            if (_condition != state.Condition) _condition = state.Condition;
            (_price, _shipping, _quantity, _priceSince) = (state.Price, state.Shipping, state.Quantity, state.PriceSince);
            (_paused, _withdrawn, _effectiveAt, _position) = (state.Paused, state.Withdrawn, value.EffectiveAt, value.Position);
        }
    }

    /// <summary>The groups in memory that it is or was in: they leave memory together.</summary>
    public List<KnownGroup> Groups { get; } = [];
}

/// <summary>A group as the price history remembers it between batches.</summary>
/// <param name="id">The group.</param>
/// <param name="number">Its number in the tables.</param>
public sealed class KnownGroup(PriceGroup id, long number)
{
    private readonly Dictionary<OfferId, KnownOffer> _members = [];

    /// <summary>The group.</summary>
    public PriceGroup Id { get; } = id;

    /// <summary>Its number in the tables.</summary>
    public long Number { get; } = number;

    /// <summary>The competition after the last event that was taken in.</summary>
    public Competition Competition { get; } = new(id);

    /// <summary>Every offer that is or was in it.</summary>
    public IReadOnlyCollection<KnownOffer> Members => _members.Values;

    /// <summary>No event of an offer that is or was in it took effect later, UTC.</summary>
    public DateTimeOffset Latest { get; private set; }

    /// <summary>The batch that last had to do with it.</summary>
    public long LastUsed { get; set; }

    /// <summary>Notes that an offer is in the group.</summary>
    /// <returns>Whether it was not known to be.</returns>
    public bool Admit(KnownOffer offer)
    {
        if (!_members.TryAdd(offer.Id, offer)) return false;
        offer.Groups.Add(this);
        return true;
    }

    /// <summary>Notes that something took effect in it.</summary>
    public void Reached(DateTimeOffset instant)
    {
        if (instant > Latest) Latest = instant;
    }
}
