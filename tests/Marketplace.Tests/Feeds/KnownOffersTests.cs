using Marketplace.Feeds;

namespace Marketplace.Tests.Feeds;

public class KnownOffersTests
{
    private readonly KnownOffers _known = new();

    private static Dictionary<string, OfferSnapshot> Offers(int from, int count, long version) =>
        Enumerable.Range(from, count).ToDictionary(n => $"s{n}", _ => new OfferSnapshot(null, version));

    [Fact]
    public void What_was_learned_last_is_known_and_the_rest_is_told()
    {
        _known.Learn(Offers(0, 3, version: 1));
        _known.Learn(Offers(2, 1, version: 5));

        var known = _known.Among(["s0", "s2", "s7"], out var unknown);

        Assert.Equal([("s0", 1L), ("s2", 5L)], known.Select(offer => (offer.Key, offer.Value.Version)).Order());
        Assert.Equal(["s7"], unknown);
    }

    [Fact]
    public void Nothing_is_known_once_it_was_forgotten()
    {
        _known.Learn(Offers(0, 3, version: 1));
        _known.Forget();

        Assert.Empty(_known.Among(["s0"], out var unknown));
        Assert.Equal(["s0"], unknown);
    }

    [Fact]
    public void Past_the_most_offers_all_are_learned_anew()
    {
        _known.Learn(Offers(0, KnownOffers.Most, version: 1));
        Assert.Single(_known.Among(["s0"], out _));
        _known.Learn(Offers(KnownOffers.Most, 1, version: 1));

        Assert.Equal([$"s{KnownOffers.Most}"], _known.Among(["s0", $"s{KnownOffers.Most}"], out var unknown).Keys);
        Assert.Equal(["s0"], unknown);
    }
}
