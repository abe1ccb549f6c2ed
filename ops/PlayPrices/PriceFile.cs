using System.Globalization;
using CsvHelper;

namespace PlayPrices;

/// <summary>One line of the file: from now on the seller asks this much, in pounds for <see cref="Litres"/> litres.</summary>
public sealed record PriceChange(string ProductId, string SellerId, decimal Pounds)
{
    /// <summary>The quantity one offer is for: with it, hundredths of a penny a litre are whole pence.</summary>
    public const int Litres = 100;
}

public static class PriceFile
{
    private static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <summary>The changes in the file's order; throws <see cref="UsageException"/> naming the line that cannot be played.</summary>
    public static IReadOnlyList<PriceChange> Read(TextReader text, int? limit)
    {
        using var csv = CsvReader.Create(text, Format, leaveOpen: true);
        try
        {
            var changes = Changes(csv, limit ?? int.MaxValue);
            return changes.Count > 0 ? changes : throw new UsageException("The file has no price changes.");
        }
        catch (CsvFormatException e)
        {
            throw new UsageException($"Line {e.LineNumber}: {e.Message}");
        }
    }

    private static List<PriceChange> Changes(CsvReader csv, int limit)
    {
        csv.ReadHeader();
        var (product, seller, price) = (Column(csv, "product_id"), Column(csv, "seller_id"), Column(csv, "price_pence"));
        var changes = new List<PriceChange>();
        while (changes.Count < limit && csv.Read())
            changes.Add(new PriceChange(csv.GetString(product), csv.GetString(seller), Pounds(csv.GetString(price), csv.LineNumber)));
        return changes;
    }

    private static int Column(CsvReader csv, string name) =>
        csv.TryGetFieldIndex(name, out var index) ? index : throw new UsageException($"The file has no column '{name}'.");

    private static decimal Pounds(string pencePerLitre, long line)
    {
        if (!decimal.TryParse(pencePerLitre, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var pence) || pence <= 0)
            throw new UsageException($"Line {line}: '{pencePerLitre}' is no price in pence.");

        var pounds = pence * PriceChange.Litres / 100m;
        return decimal.Round(pounds, 2) == pounds
            ? pounds
            : throw new UsageException($"Line {line}: '{pencePerLitre}' has more than two decimals of a penny.");
    }
}
