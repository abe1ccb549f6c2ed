using System.Globalization;

namespace Marketplace.Web;

/// <summary>An amount as a reader of the page expects it: <c>$20.00</c>, <c>£135.90</c>, <c>¥2000</c>, <c>CHF 12.50</c>.</summary>
public static class MoneyText
{
    /// <summary>The amount with exactly this many decimals, after the currency's sign or, without one, its ISO 4217 code.</summary>
    public static string Of(decimal amount, string currency, int decimals)
    {
        var number = amount.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return currency switch
        {
            "USD" => "$" + number,
            "GBP" => "£" + number,
            "EUR" => "€" + number,
            "JPY" => "¥" + number,
            _ => $"{currency} {number}",
        };
    }
}
