using Marketplace.Benchmarks.Rows;
using static Marketplace.Benchmarks.Output.Cells;

namespace Marketplace.Benchmarks.Output;

/// <summary>All figures as a Markdown table: a line for the application, and below it one for each yardstick.</summary>
internal static class Table
{
    private const string Head = """
        | row | side | /s | application to it | p50 ms | p99 ms | errors | refused | CPU s client | application | PostgreSQL | CPU µs per request | target | met |
        |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|
        """;

    public static void WriteHead(TextWriter output) => output.WriteLine(Head);

    public static void Write(TextWriter output, Finding finding)
    {
        foreach (var (place, side) in finding.Sides.Index())
        {
            string[] figures =
            [
                place == 0 ? finding.Size is { } size ? $"{finding.Row.Name} ({size})" : finding.Row.Name : "",
                side.Name,
                Number(side.PerSecond, side.PerSecond < 10 ? "0.00" : "#,0") + side.Unit,
                place == 0 || !side.IsYardstick ? "" : Number(finding.Sides[0].PerSecond / side.PerSecond, "0.00"),
                Milliseconds(side.P50),
                Milliseconds(side.P99),
                Number(side.Errors, "0"),
                side.Refusals > 0 ? Number(side.Refusals, "0") : "",
                Number(side.ClientCpu, "0.0"),
                Number(side.ApplicationCpu, "0.0"),
                Number(side.PostgresCpu, "0.0"),
                Number(side.CpuPerRequest, "0"),
            ];
            output.WriteLine(Line([.. figures, .. place == 0 ? Goals(finding) : ["", ""]]));
            if (side.FirstError is { } error)
                Console.Error.WriteLine($"{finding.Row.Name}, {side.Name}: {error}");
        }

        if (finding.Note is { } note)
            Console.Error.WriteLine($"{finding.Row.Name}: {note}");
    }

    private static string[] Goals(Finding finding) =>
        [Lines(finding.Goals.Select(goal => goal.Words)), Lines(finding.Goals.Select(goal => Verdict(finding, goal)))];
}
