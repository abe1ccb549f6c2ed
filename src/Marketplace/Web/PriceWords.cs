using Marketplace.Pricing;

namespace Marketplace.Web;

/// <summary>
/// The lowest prices in the old page's words: those in the marketplace's currency first, as that page had them, then those in other
/// currencies in the same words, so that no offer is out of a reader's sight.
/// </summary>
public static class PriceWords
{
    /// <summary>One line for each listing type and currency that has an active offer.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<LowestPrice> lowestPrices, string marketplaceCurrency) =>
    [
        .. lowestPrices.Select(item => item.Price.Currency).Distinct(StringComparer.Ordinal)
            .OrderBy(currency => currency != marketplaceCurrency).ThenBy(currency => currency, StringComparer.Ordinal)
            .SelectMany(currency => PageInWords.Of(lowestPrices, currency).Split('\n', StringSplitOptions.RemoveEmptyEntries)),
    ];
}
