using System.Globalization;

namespace PlayPrices;

/// <summary>
/// A write the marketplace said yes to. <see cref="Recorded"/> when it surely made the event at <see cref="Position"/>;
/// otherwise it may have changed nothing, because the offer already had that price at <see cref="Version"/>.
/// </summary>
public sealed record Acknowledged(string SellerId, string ProductId, decimal Pounds, long Version, long Position, bool Recorded)
{
    public string ToLine() => string.Create(CultureInfo.InvariantCulture,
        $"{SellerId},{ProductId},{Pounds:0.00},{Version},{Position},{(Recorded ? "recorded" : "held")}");

    /// <summary>Null for a line that was cut off while it was written: its write was not known to be acknowledged.</summary>
    public static Acknowledged? FromLine(string line) =>
        line.Split(',') is [var seller, var product, var pounds, var version, var position, "recorded" or "held"]
            ? new Acknowledged(
                seller,
                product,
                decimal.Parse(pounds, CultureInfo.InvariantCulture),
                long.Parse(version, CultureInfo.InvariantCulture),
                long.Parse(position, CultureInfo.InvariantCulture),
                line.EndsWith("recorded", StringComparison.Ordinal))
            : null;
}

/// <summary>An append-only file of acknowledged writes, handed to the operating system line by line.</summary>
public sealed class AcknowledgedJournal(string path) : IDisposable
{
    private readonly Lock gate = new();
    private readonly StreamWriter file = new(path, append: true) { AutoFlush = true, NewLine = "\n" };

    public void Append(Acknowledged write)
    {
        lock (gate)
            file.WriteLine(write.ToLine());
    }

    public void Dispose() => file.Dispose();

    public static IReadOnlyList<Acknowledged> Read(string path) =>
        [.. File.ReadLines(path).Select(Acknowledged.FromLine).OfType<Acknowledged>()];
}
