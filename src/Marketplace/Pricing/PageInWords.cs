using System.Text;
using Marketplace.Domain;

namespace Marketplace.Pricing;

/// <summary>
/// The product page in words, as the old listing page printed it: one line per listing type that has an active offer in the marketplace's
/// currency, with the price, without shipping, of the offer whose landed price is lowest.
/// </summary>
public static class PageInWords
{
    /// <summary>The configuration key of the marketplace's currency.</summary>
    public const string CurrencyKey = "Marketplace:Currency";

    /// <summary>The marketplace's currency, US dollars unless the configuration names another.</summary>
    /// <exception cref="InvalidOperationException">The configuration names a currency that ISO 4217 does not know.</exception>
    public static string Currency(IConfiguration configuration) =>
        configuration[CurrencyKey] is not { Length: > 0 } code ? "USD"
        : Currencies.DecimalsOf(code) is not null ? code
        : throw new InvalidOperationException($"{CurrencyKey} is '{code}', which is no currency code of ISO 4217 in upper case.");

    /// <summary>The lines, each ended by a line feed; nothing where no offer is active in the currency.</summary>
    public static string Of(IEnumerable<LowestPrice> lowestPrices, string currency)
    {
        var page = new StringBuilder();
        foreach (var lowest in LowestPrices.InPageOrder(lowestPrices.Where(item => item.Price.Currency == currency)))
            page.Append(Label(lowest.ListingType)).Append(": ").Append(lowest.Price.ToString()).Append('\n');
        return page.ToString();
    }

    private static string Label(ListingType type) => type switch
    {
        ListingType.Used => "Used price",
        ListingType.Collectible => "Collectible price",
        ListingType.ZShops => "Buy one from zShops for",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The page has no line for this listing type."),
    };
}
