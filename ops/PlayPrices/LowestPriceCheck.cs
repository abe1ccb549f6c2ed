using System.Globalization;
using System.Text.Json;

namespace PlayPrices;

/// <summary>The lowest price of a product as the file tells it. Of sellers at the same price any may be the first.</summary>
public sealed record Lowest(decimal Pounds, int OfferCount, IReadOnlySet<string> Sellers);

/// <summary>Compares the marketplace's lowest prices with the file's.</summary>
public sealed class LowestPriceCheck(MarketplaceApi api, TextWriter output)
{
    /// <summary>The least of the last prices of all sellers, for each product.</summary>
    public static IReadOnlyDictionary<string, Lowest> Expected(IEnumerable<PriceChange> changes)
    {
        var last = new Dictionary<(string ProductId, string SellerId), decimal>();
        foreach (var change in changes)
            last[(change.ProductId, change.SellerId)] = change.Pounds;

        return last.GroupBy(p => p.Key.ProductId).ToDictionary(product => product.Key, product =>
        {
            var least = product.Min(p => p.Value);
            var cheapest = product.Where(p => p.Value == least).Select(p => p.Key.SellerId);
            return new Lowest(least, product.Count(), cheapest.ToHashSet(StringComparer.Ordinal));
        });
    }

    /// <summary>True when every product agrees; prints a table either way.</summary>
    public async Task<bool> Run(IReadOnlyList<PriceChange> changes, long? minPosition, CancellationToken ct)
    {
        output.WriteLine($"Lowest prices for {PriceChange.Litres} litres in GBP, file and marketplace:");
        output.WriteLine("product     file  offers  tied    answer  offers  seller            verdict");
        var agreed = true;
        foreach (var (productId, expected) in Expected(changes).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var answer = await api.LowestPrices(productId, minPosition, ct);
            var (told, verdict) = answer.Succeeded ? Compare(expected, answer.Body) : ("", $"{(int)answer.Status} {answer.Problem}");
            agreed &= verdict == "same";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{productId,-8}{expected.Pounds,8:0.00}{expected.OfferCount,8}{expected.Sellers.Count,6}{told,-36}  {verdict}"));
        }

        return agreed;
    }

    /// <summary>The marketplace's columns of the table, and whether they agree with the file: "same", or what differs.</summary>
    public static (string Told, string Verdict) Compare(Lowest expected, JsonElement lowestPrices)
    {
        var item = lowestPrices.GetProperty("items").EnumerateArray().FirstOrDefault(i =>
            i.GetProperty("listingType").GetString() == "zShops" && Money(i, "landedPrice").Currency == "GBP");
        if (item.ValueKind == JsonValueKind.Undefined)
            return ("", "MISSING");

        var landed = Money(item, "landedPrice").Amount;
        var offerCount = item.GetProperty("offerCount").GetInt32();
        var sellerId = item.GetProperty("sellerId").GetString()!;
        var told = string.Create(CultureInfo.InvariantCulture, $"{landed,10:0.00}{offerCount,8}  {sellerId,-16}");
        var differences = new[]
        {
            landed == expected.Pounds ? null : "PRICE",
            offerCount == expected.OfferCount ? null : "OFFER COUNT",
            expected.Sellers.Contains(sellerId) ? null : "SELLER",
        };
        return (told, string.Join(", ", differences.Where(d => d is not null)) is { Length: > 0 } wrong ? $"DIFFERENT {wrong}" : "same");
    }

    private static (decimal Amount, string Currency) Money(JsonElement item, string name) =>
        (item.GetProperty(name).GetProperty("amount").GetDecimal(), item.GetProperty(name).GetProperty("currency").GetString()!);
}
