namespace Marketplace.Storage;

/// <summary>
/// Keeps something in memory that events change. It is told of every committed event that it may not have known of, whichever instance
/// recorded it, before any reader is given a position that covers it or was asked for after it was acknowledged.
/// </summary>
public interface IFollowsLog
{
    /// <summary>
    /// Whether nothing is kept just now: then it is not told what has become visible, but <see cref="Anything"/> behind it, in case that it has
    /// begun to keep something meanwhile.
    /// </summary>
    bool IsEmpty { get; }

    /// <summary>An event of an offer has become visible.</summary>
    /// <param name="productId">The product that the offer is for.</param>
    void OfferOf(string productId);

    /// <summary>More has become visible than can be told one by one: anything may have changed.</summary>
    void Anything();
}
