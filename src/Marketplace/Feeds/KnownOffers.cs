using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Feeds;

/// <summary>
/// A seller's offers as a worker's own batches have left them, so that the next batch need not read them. Somebody else may have changed them
/// since: whoever decides on them has their versions checked when the decision is stored. Not to be used by two threads at once.
/// </summary>
public sealed class KnownOffers
{
    /// <summary>The most offers that are known; past that all are forgotten and learned anew. Well under a kilobyte each.</summary>
    public const int Most = 50_000;

    private readonly Dictionary<string, OfferInPlace> _offers = new(StringComparer.Ordinal);

    /// <summary>What is known of these offers: each of them by its sku, one that was never posted with version 0.</summary>
    /// <param name="skus">Skus, each once.</param>
    /// <param name="unknown">Those that nothing is known of.</param>
    public Dictionary<string, OfferSnapshot> Among(IReadOnlyCollection<string> skus, out string[] unknown)
    {
        var (known, missing) = (new Dictionary<string, OfferSnapshot>(skus.Count, StringComparer.Ordinal), new List<string>());
        foreach (var sku in skus)
        {
            ref var offer = ref CollectionsMarshal.GetValueRefOrNullRef(_offers, sku);
            if (Unsafe.IsNullRef(ref offer)) missing.Add(sku);
            else known.Add(sku, offer.Snapshot());
        }
        unknown = [.. missing];
        return known;
    }

    /// <summary>A batch leaves these offers so.</summary>
    public void Learn(IReadOnlyDictionary<string, OfferSnapshot> offers)
    {
        if (_offers.Count + offers.Count > Most) Forget();
        foreach (var (sku, offer) in offers) CollectionsMarshal.GetValueRefOrAddDefault(_offers, sku, out _).Become(offer);
    }

    /// <summary>Nothing is sure any more.</summary>
    public void Forget() => _offers.Clear();
}
