namespace Marketplace.Pricing;

/// <summary>An offer as the price history remembers it between batches.</summary>
/// <param name="id">The offer.</param>
/// <param name="number">Its number in the tables.</param>
public sealed class KnownOffer(OfferId id, long number)
{
    /// <summary>The offer.</summary>
    public OfferId Id { get; } = id;

    /// <summary>Its number in the tables.</summary>
    public long Number { get; } = number;

    /// <summary>Its last event as the price history sees it; null until the first is taken in.</summary>
    public OfferChange? Last { get; set; }

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
