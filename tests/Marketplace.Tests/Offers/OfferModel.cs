namespace Marketplace.Tests.Offers;

/// <summary>A command on an offer, in plain words and numbers.</summary>
public abstract record OfferCommand(string Seller, string Sku);

public sealed record Put(string Seller, string Sku, string Product, string Type, string Condition, string? Note, decimal Price, decimal? Shipping,
    string Currency, int Quantity) : OfferCommand(Seller, Sku);

/// <summary>A patch; the outer null of shipping leaves it, <see cref="RemovesShipping"/> sends null.</summary>
public sealed record Patch(string Seller, string Sku, decimal? Price, decimal? Shipping, bool RemovesShipping, string Currency, int? Quantity)
    : OfferCommand(Seller, Sku);

public sealed record Pause(string Seller, string Sku) : OfferCommand(Seller, Sku);

public sealed record Resume(string Seller, string Sku) : OfferCommand(Seller, Sku);

public sealed record Withdraw(string Seller, string Sku) : OfferCommand(Seller, Sku);

/// <summary>One offer as the rules of the domain have it, without events.</summary>
public sealed class ModelOffer
{
    public required string Seller, Sku, Product, Type, Condition, Currency;
    public string? Note;
    public decimal Price, Shipping;
    public int Quantity, Version;
    public bool Paused, Withdrawn;
    /// <summary>The number of the command at which the price took effect.</summary>
    public int Since;

    public decimal Landed => Price + Shipping;
    public string Status => Withdrawn ? "withdrawn" : Paused ? "paused" : Quantity == 0 ? "sold_out" : "active";
}

/// <summary>
/// The marketplace's rules for offers told a second time, as plainly as can be: a dictionary that is changed in place. It shares nothing with
/// the application, whose decisions, folds and read models are compared with it.
/// </summary>
public sealed class OfferModel
{
    private readonly Dictionary<(string, string), ModelOffer> _offers = [];

    public IReadOnlyCollection<ModelOffer> Offers => _offers.Values;

    public ModelOffer? Find(string seller, string sku) => _offers.GetValueOrDefault((seller, sku));

    /// <summary>Carries a command out.</summary>
    /// <param name="command">The command.</param>
    /// <param name="number">Its number in the sequence, which stands for its time.</param>
    /// <returns>The refusal's status or 0, and how many events it is worth.</returns>
    public (int Refused, int Events) Apply(OfferCommand command, int number)
    {
        var offer = Find(command.Seller, command.Sku);
        switch (command)
        {
            case Put put when offer is null || offer.Withdrawn:
                _offers[(put.Seller, put.Sku)] = new ModelOffer
                {
                    Seller = put.Seller, Sku = put.Sku, Product = put.Product, Type = put.Type, Condition = put.Condition, Note = put.Note,
                    Price = put.Price, Shipping = put.Shipping ?? 0, Currency = put.Currency, Quantity = put.Quantity, Since = number,
                    Version = (offer?.Version ?? 0) + 1,
                };
                return (0, 1);
            case Put put when put.Product != offer!.Product || put.Type != offer.Type || put.Currency != offer.Currency:
                return (409, 0);
            case Put put:
                return (0, Change(offer!, put.Price, put.Shipping ?? 0, put.Quantity, put.Condition, put.Note, number));
            case not null when offer is null:
                return (404, 0);
            case Withdraw:
                return (0, Set(offer, !offer.Withdrawn, o => o.Withdrawn = true));
            case not null when offer.Withdrawn:
                return (409, 0);
            case Pause:
                return (0, Set(offer, !offer.Paused, o => o.Paused = true));
            case Resume:
                return (0, Set(offer, offer.Paused, o => o.Paused = false));
            case Patch patch when patch.Currency != offer.Currency && (patch.Price is not null || patch.Shipping is not null):
                return (409, 0);
            case Patch patch:
                return (0, Change(offer, patch.Price ?? offer.Price, patch.RemovesShipping ? 0 : patch.Shipping ?? offer.Shipping,
                    patch.Quantity ?? offer.Quantity, offer.Condition, offer.Note, number));
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }
    }

    /// <summary>The active offers of a product by currency and landed price, ties by the price that took effect first, seller, sku.</summary>
    public IReadOnlyList<ModelOffer> Ladder(string product, string? type = null, string? currency = null) =>
        [.. _offers.Values
            .Where(o => o.Status == "active" && o.Product == product && (type ?? o.Type) == o.Type && (currency ?? o.Currency) == o.Currency)
            .OrderBy(o => o.Currency, StringComparer.Ordinal).ThenBy(o => o.Landed).ThenBy(o => o.Since)
            .ThenBy(o => o.Seller, StringComparer.Ordinal).ThenBy(o => o.Sku, StringComparer.Ordinal)];

    /// <summary>The winner per listing type, in the page's order, and currency, with the number of its competitors and itself.</summary>
    public IReadOnlyList<(ModelOffer Winner, int Count)> LowestPrices(string product) =>
        [.. from type in new[] { "used", "collectible", "zShops" }
            from currency in Ladder(product, type).Select(o => o.Currency).Distinct()
            let ladder = Ladder(product, type, currency)
            select (ladder[0], ladder.Count)];

    private static int Set(ModelOffer offer, bool changes, Action<ModelOffer> set)
    {
        if (!changes) return 0;
        set(offer);
        offer.Version++;
        return 1;
    }

    private static int Change(ModelOffer offer, decimal price, decimal shipping, int quantity, string condition, string? note, int number)
    {
        var events = 0;
        if (price != offer.Price || shipping != offer.Shipping) (events, offer.Since) = (events + 1, number);
        if (quantity != offer.Quantity) events++;
        if (condition != offer.Condition || note != offer.Note) events++;
        (offer.Price, offer.Shipping, offer.Quantity, offer.Condition, offer.Note) = (price, shipping, quantity, condition, note);
        offer.Version += events;
        return events;
    }
}
