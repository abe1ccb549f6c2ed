using Marketplace.Domain;
using Marketplace.Offers;
using Marten;

namespace Marketplace.Benchmarks.Peer;

/// <summary>The peer's offers: those of the shop, each in a stream whose key is one segment of a route.</summary>
internal static class PeerShop
{
    private const int BatchSize = 500;

    /// <summary>A repricing of every offer.</summary>
    public static string[] Repricings() => [.. Shop.All.Select(offer => Shop.Reprice($"/peer/offers/{Key(offer.Seller, offer.Sku)}", offer.Seller))];

    /// <summary>Posts every offer, through Marten.</summary>
    public static async Task FillAsync(IDocumentStore store)
    {
        foreach (var some in Shop.All.Chunk(BatchSize))
        {
            await using var session = store.LightweightSession();
            foreach (var offer in some)
                session.Events.StartStream<Offer>(Key(offer.Seller, offer.Sku), new OfferPosted(offer.Product, offer.Seller, offer.Sku, TermsAt(offer.Place)));
            await session.SaveChangesAsync();
        }
    }

    private static string Key(string sellerId, string sku) => $"{sellerId}~{sku}";

    private static Terms TermsAt(int place) =>
        new(place % 2 == 0 ? ListingType.ZShops : ListingType.Used, Condition.Good, null, new Money(20 + place, "USD"), new Money(0, "USD"), 5);
}
