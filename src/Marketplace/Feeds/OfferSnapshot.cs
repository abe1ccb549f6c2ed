using Marketplace.Offers;

namespace Marketplace.Feeds;

/// <summary>An offer's state and the version it has.</summary>
/// <param name="Offer">The state; null while nothing was posted.</param>
/// <param name="Version">The number of its events.</param>
public readonly record struct OfferSnapshot(Offer? Offer, long Version);
