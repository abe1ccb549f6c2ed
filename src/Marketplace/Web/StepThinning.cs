namespace Marketplace.Web;

/// <summary>The steps that are worth drawing, and how many there were.</summary>
public sealed record ThinnedSteps(IReadOnlyList<ChartStep> Kept, int Total);

/// <summary>
/// Leaves out what pixels cannot show. Of all steps that begin within one column of pixels it keeps the first, the last,
/// one with the least and one with the greatest price, and one without a price: five a column at most, however long the
/// history. So no extreme and no gap is hidden, and what is drawn is off by less than a column.
/// </summary>
public static class StepThinning
{
    /// <summary>The most steps kept for each column of pixels.</summary>
    public const int KeptPerColumn = 5;

    /// <summary>Thins the steps between two instants to the columns; of earlier ones counts what still held at the left edge.</summary>
    public static ThinnedSteps Thin(IEnumerable<ChartStep> steps, DateTimeOffset from, DateTimeOffset to, int columns)
    {
        var kept = new List<ChartStep>();
        var column = new List<ChartStep>();
        var (total, current) = (0, -1);
        foreach (var step in steps.TakeWhile(step => step.From <= to))
        {
            var clipped = step.From < from ? step with { From = from } : step;
            // A later step at the same instant replaces the earlier one: nothing ever was on sale at that price.
            if (column.Count > 0 && column[^1].From == clipped.From)
                column.RemoveAt(column.Count - 1);
            else
                total++;

            var at = Column(clipped.From, from, to, columns);
            if (at != current)
                Flush();
            current = at;
            column.Add(clipped);
            // A busy column is thinned as it goes, so that memory stays bounded too.
            if (column.Count > 1000)
                column = Extremes(column);
        }

        Flush();
        return new ThinnedSteps(kept, total);

        void Flush()
        {
            kept.AddRange(Extremes(column));
            column = [];
        }
    }

    private static int Column(DateTimeOffset at, DateTimeOffset from, DateTimeOffset to, int columns) =>
        to <= from ? 0 : (int)Math.Min(columns - 1, (at - from).Ticks / (double)(to - from).Ticks * columns);

    private static List<ChartStep> Extremes(List<ChartStep> column)
    {
        if (column.Count <= KeptPerColumn)
            return column;

        var (least, greatest, gap) = (-1, -1, -1);
        for (var i = 0; i < column.Count; i++)
        {
            if (column[i].Price is not { } price)
                gap = gap < 0 ? i : gap;
            else
            {
                least = least < 0 || price < column[least].Price ? i : least;
                greatest = greatest < 0 || price > column[greatest].Price ? i : greatest;
            }
        }

        return [.. new[] { 0, least, greatest, gap, column.Count - 1 }.Where(i => i >= 0).Distinct().Order().Select(i => column[i])];
    }
}
