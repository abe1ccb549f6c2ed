using System.Globalization;

namespace Marketplace.Web;

/// <summary>Round values for the axes of a chart.</summary>
public static class ChartTicks
{
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100),
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
        TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(14),
    ];

    private static readonly int[] Months = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200];

    /// <summary>
    /// Prices from just under the least to just over the greatest, at most seven, a round step apart that the currency
    /// can express: the step is 1, 2 or 5 times a power of ten, never less than the currency's smallest unit.
    /// </summary>
    public static IReadOnlyList<decimal> Prices(decimal least, decimal greatest, int decimals)
    {
        var unit = 1m;
        for (var i = 0; i < decimals; i++)
            unit /= 10;

        // A little air above and below; a price that never changed gets its line in the middle.
        var air = greatest > least ? (greatest - least) / 20 : greatest / 20;
        (least, greatest) = (least - air, greatest + air);
        var step = unit;
        for (var i = 0; ; i++)
        {
            var first = Math.Max(0, Math.Floor(least / step) * step);
            var last = Math.Max(Math.Ceiling(greatest / step) * step, first + step);
            var count = (int)Math.Min(100, (last - first) / step) + 1;
            if (count <= 7)
                return [.. Enumerable.Range(0, count).Select(n => first + n * step)];
            step *= i % 3 == 1 ? 2.5m : 2;
        }
    }

    /// <summary>Round UTC instants within the span, at most eight, and the text for each.</summary>
    public static IReadOnlyList<(DateTimeOffset At, string Label)> Instants(DateTimeOffset from, DateTimeOffset to)
    {
        var span = to - from;
        if (Array.FindIndex(Steps, step => span.Ticks / step.Ticks < 8) is var fit and >= 0 && span > TimeSpan.Zero)
            return [.. Every(Steps[fit], from, to).Select(at => (at, Label(at, Steps[fit])))];
        return span > TimeSpan.Zero ? Calendar(from, to) : [(from, Label(from, Steps[0]))];
    }

    private static IEnumerable<DateTimeOffset> Every(TimeSpan step, DateTimeOffset from, DateTimeOffset to)
    {
        var first = (from.UtcTicks + step.Ticks - 1) / step.Ticks * step.Ticks;
        for (var at = new DateTimeOffset(first, TimeSpan.Zero); at <= to; at += step)
            yield return at;
    }

    private static List<(DateTimeOffset At, string Label)> Calendar(DateTimeOffset from, DateTimeOffset to)
    {
        var months = Months.First(step => (to - from).TotalDays / 30 / step < 8 || step == Months[^1]);
        var ticks = new List<(DateTimeOffset, string)>();
        for (var month = (from.Year * 12 + from.Month - 1) / months * months; ; month += months)
        {
            if (month / 12 is var year && year > 9999)
                return ticks;
            var at = new DateTimeOffset(Math.Max(1, year), month % 12 + 1, 1, 0, 0, 0, TimeSpan.Zero);
            if (at > to)
                return ticks;
            if (at >= from)
                ticks.Add((at, at.ToString(months < 12 ? "MMM yyyy" : "yyyy", CultureInfo.InvariantCulture)));
        }
    }

    private static string Label(DateTimeOffset at, TimeSpan step) => at.ToString(
        step.TotalDays >= 1 || (step.TotalHours >= 1 && at.TimeOfDay == TimeSpan.Zero) ? "d MMM"
        : step.TotalMinutes >= 1 ? "HH:mm"
        : step.TotalSeconds >= 1 ? "HH:mm:ss"
        : "HH:mm:ss.fff",
        CultureInfo.InvariantCulture);
}
