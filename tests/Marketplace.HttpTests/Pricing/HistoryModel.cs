using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Offers;
using Marketplace.Storage;
using Marten;

namespace Marketplace.HttpTests.Pricing;

/// <summary>The plain model that the read models are compared with: every event in memory, folded anew for every question.</summary>
public sealed class HistoryModel(IReadOnlyList<IEvent> events)
{
    public static async Task<HistoryModel> ReadAsync(IDocumentStore store, IEnumerable<(string SellerId, string Sku)> offers)
    {
        await using var session = store.QuerySession();
        var events = new List<IEvent>();
        foreach (var (sellerId, sku) in offers) events.AddRange(await session.Events.FetchStreamAsync(StreamKeys.Offer(sellerId, sku)));
        return new HistoryModel([.. events.OrderBy(e => e.Sequence)]);
    }

    public IReadOnlyList<IEvent> Events => events;

    public string AtPosition(string productId, long position) => Lowest(productId, events.Where(e => e.Sequence <= position));

    public string AsOf(string productId, DateTimeOffset instant) =>
        Lowest(productId, events.Where(e => e.EffectiveAt() <= instant).OrderBy(e => e.EffectiveAt()).ThenBy(e => e.Sequence));

    /// <summary>The ladder: sellers in order, with their landed price.</summary>
    public string LadderAsOf(string productId, DateTimeOffset instant) => string.Join("; ",
        Active(productId, events.Where(e => e.EffectiveAt() <= instant).OrderBy(e => e.EffectiveAt()).ThenBy(e => e.Sequence))
            .GroupBy(o => o.Terms.Price.Currency).OrderBy(g => g.Key, StringComparer.Ordinal)
            .SelectMany(Ranked).Select(o => $"{o.Terms.Price.Currency} {o.Terms.LandedPrice.Digits()} {o.SellerId}/{o.Sku}"));

    /// <summary>The steps of a lowest price: from, landed price, offer.</summary>
    public IReadOnlyList<string> Steps(string productId, ListingType type, string currency)
    {
        var steps = new List<string>();
        var last = "";
        foreach (var instant in events.Select(e => e.EffectiveAt()).Distinct().Order())
        {
            var winner = Ranked(Active(productId, events.Where(e => e.EffectiveAt() <= instant).OrderBy(e => e.EffectiveAt()).ThenBy(e => e.Sequence))
                .Where(o => o.Terms.ListingType == type && o.Terms.Price.Currency == currency)).FirstOrDefault();
            var now = winner is null ? "" : $"{winner.Terms.Price.Digits()} {winner.Terms.Shipping.Digits()} {winner.SellerId}/{winner.Sku}";
            if (now == last) continue;
            steps.Add($"{EventFacts.Format(instant)} {now}");
            last = now;
        }
        return steps;
    }

    private static string Lowest(string productId, IEnumerable<IEvent> until) => string.Join("; ", Active(productId, until)
        .GroupBy(o => (o.Terms.ListingType, o.Terms.Price.Currency))
        .OrderBy(g => g.Key.ListingType).ThenBy(g => g.Key.Currency, StringComparer.Ordinal)
        .Select(g => (Best: Ranked(g).First(), Count: g.Count()))
        .Select(g => $"{Word.Of(g.Best.Terms.ListingType)} {g.Best.Terms.LandedPrice.Digits()} {g.Best.Terms.Price.Currency} {g.Best.SellerId} of {g.Count}"));

    private static IEnumerable<Offer> Active(string productId, IEnumerable<IEvent> until)
    {
        var offers = new Dictionary<string, Offer>();
        foreach (var e in until) offers[e.StreamKey!] = Offer.Fold(offers.GetValueOrDefault(e.StreamKey!), e);
        return offers.Values.Where(o => o.ProductId == productId && o.Status == OfferStatus.Active);
    }

    private static IEnumerable<Offer> Ranked(IEnumerable<Offer> offers) => offers.OrderBy(o => o.Terms.LandedPrice.Amount).ThenBy(o => o.PriceSince)
        .ThenBy(o => o.SellerId, StringComparer.Ordinal).ThenBy(o => o.Sku, StringComparer.Ordinal);
}
