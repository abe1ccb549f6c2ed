namespace Marketplace.Pricing;

/// <summary>
/// The running competition within one group: its active offers in the order in which they compete. A change costs the logarithm of their
/// number. Not safe for several threads.
/// </summary>
/// <param name="group">The group.</param>
public sealed class Competition(PriceGroup group)
{
    private readonly SortedSet<Contender> _competing = [];
    private readonly Dictionary<OfferId, Contender> _byOffer = [];

    /// <summary>How the group stands now.</summary>
    public Standing Standing => _competing.Min is { } best ? new Standing(best, _competing.Count) : Standing.Empty;

    /// <summary>Takes one change in.</summary>
    public void Apply(OfferChange change) => Set(change.Offer, change.State, change.Position);

    /// <summary>Lets an offer stand as told, whatever it was before.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="state">Its state; null when it did not exist.</param>
    /// <param name="position">The position of the event that left it in this state.</param>
    public void Set(OfferId offer, OfferState? state, long position)
    {
        if (_byOffer.Remove(offer, out var before)) _competing.Remove(before);
        if (Contender.Of(offer, state, group, position) is not { } contender) return;
        _byOffer.Add(offer, contender);
        _competing.Add(contender);
    }
}
