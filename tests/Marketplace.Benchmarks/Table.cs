using System.Globalization;
using Marketplace.Benchmarks.Rows;

namespace Marketplace.Benchmarks;

/// <summary>The findings as a Markdown table: a line for the application, and below it one for each yardstick.</summary>
internal static class Table
{
    private const string Head = """
        | row | side | /s | application to it | p50 ms | p99 ms | errors | CPU s client | application | PostgreSQL | CPU µs per request | target | met |
        |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|
        """;

    public static void WriteHead(TextWriter output) => output.WriteLine(Head);

    public static void Write(TextWriter output, Finding finding)
    {
        foreach (var (place, side) in finding.Sides.Index())
        {
            string[] cells =
            [
                place == 0 ? finding.Row.Name : "",
                side.Name,
                Number(side.PerSecond, "#,0") + side.Unit,
                place == 0 ? "" : Number(finding.Sides[0].PerSecond / side.PerSecond, "0.00"),
                side.P50 > 0 ? Number(side.P50, "0.00") : "",
                side.P99 > 0 ? Number(side.P99, "0.00") : "",
                Number(side.Errors, "0"),
                Number(side.ClientCpu, "0.0"),
                Number(side.ApplicationCpu, "0.0"),
                Number(side.PostgresCpu, "0.0"),
                Number(side.CpuPerRequest, "0"),
                place == 0 ? finding.Target : "",
                place > 0 ? "" : finding.IsMet ? "yes" : "no",
            ];
            output.WriteLine($"| {string.Join(" | ", cells)} |");
            if (side.FirstError is { } error)
                Console.Error.WriteLine($"{finding.Row.Name}, {side.Name}: {error}");
        }

        if (finding.Note is { } note)
            Console.Error.WriteLine($"{finding.Row.Name}: {note}");
    }

    private static string Number(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "";
}
