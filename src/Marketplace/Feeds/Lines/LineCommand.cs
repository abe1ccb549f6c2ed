using Marketplace.Domain;
using Marketplace.Offers;

namespace Marketplace.Feeds.Lines;

/// <summary>What a good line asks for: the command of one HTTP call, with the same rules and the same decision.</summary>
/// <param name="Op">Which call: <c>put</c>, <c>patch</c>, <c>pause</c>, <c>resume</c> or <c>withdraw</c>.</param>
/// <param name="Sku">The offer, among the seller's.</param>
/// <param name="Reason">Why, in the seller's words, or null.</param>
public abstract record LineCommand(string Op, string Sku, string? Reason)
{
    /// <summary>The product that must be listed for the line to be decided at all (<see cref="OfferAnswers.UnknownProduct"/>), or null.</summary>
    public virtual string? ProductId => null;

    /// <summary>The decision: pure, and that of the HTTP call.</summary>
    /// <param name="sellerId">Whose feed it is.</param>
    /// <param name="offer">The offer as it is; null while there is none.</param>
    public abstract Decision Decide(string sellerId, Offer? offer);
}
