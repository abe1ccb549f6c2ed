using JasperFx.Events;
using Marketplace.Offers;
using Marten.Events.Aggregation;

namespace Marketplace.Benchmarks.Peer;

/// <summary>Tells the peer's event store how an offer's stream folds.</summary>
public sealed partial class PeerOfferProjection : SingleStreamProjection<Offer, string>
{
    /// <inheritdoc />
    public override Offer? Evolve(Offer? snapshot, string id, IEvent e) => Offer.Fold(snapshot, e);
}
