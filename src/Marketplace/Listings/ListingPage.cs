using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Domain;

namespace Marketplace.Listings;

/// <summary>One price line of a listing page.</summary>
/// <param name="ListingType">What the line is about.</param>
/// <param name="Price">The listing price, in US dollars.</param>
public sealed record ListedPrice(ListingType ListingType, Money Price);

/// <summary>One product of a listing page: its price lines in the page's order, and the customer reviews below them.</summary>
public sealed record ListedProduct(IReadOnlyList<ListedPrice> Prices, IReadOnlyList<string> Reviews);

/// <summary>
/// The old listing page: price lines of products one after another (<c>Used price</c>, <c>Collectible price</c>, <c>Buy one from zShops for</c>).
/// A line whose kind does not come later in that order than the one before it starts the next product. Lines that are no price lines are a
/// customer review of the product above, one paragraph a line.
/// </summary>
public static partial class ListingPage
{
    private const NumberStyles Amount = NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands;
    private static readonly string[] Openings = ["Used price", "Collectible price", "Buy one from zShops for"];

    /// <summary>Reads a page.</summary>
    /// <returns>The products, or what is wrong with which line.</returns>
    public static (IReadOnlyList<ListedProduct> Products, IReadOnlyList<string> Errors) Parse(IEnumerable<string> lines)
    {
        var (products, errors) = (new List<ListedProduct>(), new List<string>());
        var (prices, review, last, number) = (new List<ListedPrice>(), new List<string>(), -1, 0);

        void EndProduct()
        {
            if (prices.Count > 0) products.Add(new ListedProduct([.. prices], review.Count == 0 ? [] : [string.Join("\n\n", review)]));
            prices.Clear();
            review.Clear();
        }

        foreach (var raw in lines)
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0) continue;
            var kind = Array.FindIndex(Openings, opening => line.StartsWith(opening + ":", StringComparison.Ordinal));
            if (kind < 0)
            {
                if (prices.Count == 0) errors.Add($"line {number}: a review before any product.");
                else review.Add(line);
                continue;
            }
            if (PriceLine().Match(line) is not { Success: true } match
                || !decimal.TryParse(match.Groups[1].ValueSpan, Amount, CultureInfo.InvariantCulture, out var amount)
                || amount is <= 0 or > Money.Largest)
            {
                errors.Add($"line {number}: a price such as '{Openings[kind]}: $20.00' is expected.");
                continue;
            }
            if (kind <= last) EndProduct();
            last = kind;
            prices.Add(new ListedPrice((ListingType)kind, new Money(amount, "USD")));
        }
        EndProduct();
        return (products, errors);
    }

    [GeneratedRegex(@"^[^:]+: \$((?:\d{1,3}(?:,\d{3})+|\d{1,12})\.\d{2})$")]
    private static partial Regex PriceLine();
}
