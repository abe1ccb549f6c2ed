namespace Marketplace.Feeds;

/// <summary>Offers that lines would leave as they are have been changed by somebody else since the lines were decided.</summary>
public sealed class OffersMovedOnException(long offers) : Exception($"{offers} of the offers are not as they were.");
