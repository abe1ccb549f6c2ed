using Marketplace.Benchmarks.Rows;
using static Marketplace.Benchmarks.Output.Cells;

namespace Marketplace.Benchmarks.Output;

/// <summary>The README's section on performance: the machine, a line for each row, what was missed and by how much, and the other tables.</summary>
internal static class ReadmeBlock
{
    private static readonly string[] Head =
        ["row", "what", "application", "yardstick", "ratio", "p50 / p99 ms", "errors", "CPU µs per request", "target", "met"];

    public static void Write(TextWriter output, string machine, IReadOnlyList<Finding> findings)
    {
        output.WriteLine(machine);
        output.WriteLine();
        output.WriteLine(Line(Head));
        output.WriteLine("|---|---|--:|---|---|--:|--:|--:|---|---|");
        var rows = findings.Where(finding => finding.Sides.Count > 0).ToList();
        foreach (var finding in rows)
            output.WriteLine(Line(CellsOf(finding)));
        var missed = rows.Where(finding => finding.Goals.Any(goal => !finding.Meets(goal))).ToList();
        if (missed.Count > 0)
            output.WriteLine();
        foreach (var finding in missed)
            output.WriteLine($"- {Missed(finding)}");
        foreach (var grid in findings.SelectMany(finding => finding.Grids))
            Cells.Write(output, grid);
        output.WriteLine();
        foreach (var finding in findings.Where(finding => finding.Note is not null))
            output.WriteLine($"- `{finding.Row.Name}`: {finding.Note}");
    }

    private static string[] CellsOf(Finding finding)
    {
        var side = finding.Sides[0];
        var yardsticks = finding.Sides.Skip(1).Where(other => other.IsYardstick).ToList();
        return
        [
            $"`{finding.Row.Name}`",
            finding.Size is { } size ? $"{finding.Row.What} (here {size})" : finding.Row.What,
            Rate(side),
            Lines(yardsticks.Select(other => $"{other.Name} {Told(finding, other)}")),
            Lines(yardsticks.Select(other => Number(Ratio(finding, other), "0.00"))),
            side.P50 > 0 ? $"{Milliseconds(side.P50)} / {Milliseconds(side.P99)}" : "",
            Number(finding.Sides.Sum(other => other.Errors), "0"),
            side.CpuPerRequest > 0 ? Number(side.CpuPerRequest, "0") : "",
            Lines(finding.Goals.Select(goal => goal.Words)),
            Lines(finding.Goals.Select(goal => Verdict(finding, goal))),
        ];
    }

    private static string Rate(Side side) => side.PerSecond < 10 ? "" : $"{Number(side.PerSecond, "#,0")}{side.Unit}/s";

    private static string Told(Finding finding, Side side) =>
        (finding.Row.IsTime ? $"{Milliseconds(side.P50)} / {Milliseconds(side.P99)} ms" : Rate(side))
        + (side.Refusals > 0 ? $", {Number(1000.0 * side.Refusals / (side.Requests + side.Refusals), "0.0")} in 1,000 refused" : "");

    private static double Ratio(Finding finding, Side yardstick) =>
        finding.Row.IsTime ? finding.Sides[0].P50 / yardstick.P50 : finding.Sides[0].PerSecond / yardstick.PerSecond;

    private static string Missed(Finding finding)
    {
        var words = finding.Goals.Where(goal => !finding.Meets(goal)).Select(goal => $"{Number(goal.Share * 100, "0")} % of “{goal.Words}”");
        var cost = finding.Row.NextCost is { } next ? $" Next largest cost: {next}" : "";
        return $"`{finding.Row.Name}` reaches {string.Join(" and ", words)}.{cost}";
    }
}
