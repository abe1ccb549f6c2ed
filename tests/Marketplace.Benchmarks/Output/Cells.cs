using System.Globalization;
using Marketplace.Benchmarks.Rows;

namespace Marketplace.Benchmarks.Output;

/// <summary>What cells of Markdown tables hold.</summary>
internal static class Cells
{
    /// <summary>A line of a table.</summary>
    public static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>Several lines in one cell.</summary>
    public static string Lines(IEnumerable<string> lines) => string.Join("<br>", lines);

    /// <summary>A number; nothing where there is none.</summary>
    public static string Number(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "";

    /// <summary>A latency; nothing where none was measured.</summary>
    public static string Milliseconds(double value) => value > 0 ? Number(value, value < 10 ? "0.00" : "#,0") : "";

    /// <summary>Whether a goal is met, and how far it is off when it is not.</summary>
    public static string Verdict(Finding finding, Goal goal) => finding.Meets(goal) ? "yes" : $"no: {Number(goal.Share * 100, "0")} %";

    /// <summary>A table of its own with its title.</summary>
    public static void Write(TextWriter output, Grid grid)
    {
        output.WriteLine();
        output.WriteLine(grid.Title);
        output.WriteLine();
        output.WriteLine(Line(grid.Head));
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("--:|", grid.Head.Count - 1))}");
        foreach (var line in grid.Lines)
            output.WriteLine(Line(line));
    }
}
