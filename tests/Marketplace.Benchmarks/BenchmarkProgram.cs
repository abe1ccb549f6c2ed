using System.Diagnostics;
using System.Reflection;
using LocalPostgres;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Output;
using Marketplace.Benchmarks.Peer;
using Marketplace.Benchmarks.Rows;
using Marketplace.Benchmarks.Yardsticks;

namespace Marketplace.Benchmarks;

/// <summary>The program's entry: the measuring itself, and the processes it starts of itself.</summary>
internal static class BenchmarkProgram
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["load"]:
                return await LoadProgram.RunAsync();
            case ["yardstick", ..]:
                await YardstickProgram.RunAsync(args[1..]);
                return 0;
            case ["peer", ..]:
                await PeerProgram.RunAsync(args[1..]);
                return 0;
            case ["--help" or "-h" or "help", ..]:
                WriteHelp(Console.Out);
                return 0;
        }

        try
        {
            var options = Options.Parse(args);
            return await RunAsync(options, Chosen(options));
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception e) when (e is LocalPostgresException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(Options options, IReadOnlyList<Row> rows)
    {
        if (typeof(Program).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration != "Release")
            throw new ArgumentException("Only Release builds are worth measuring: dotnet run -c Release.");
        var load = Machine.Load();
        await using var stage = await Stage.SetAsync(options);
        if (options.Holds)
        {
            Console.WriteLine($"The application, process {stage.Application.Id}, listens on port {stage.Application.Port}; "
                + $"the postmaster is process {stage.Cluster.ProcessId} on port {stage.Cluster.Port}. Enter ends it.");
            Console.ReadLine();
            return 0;
        }

        var findings = new List<Finding>();
        if (!options.IsForReadme)
            Table.WriteHead(Console.Out);
        foreach (var row in rows)
        {
            if (options.Statements > 0)
                await Statements.ForgetAsync(stage);
            var clock = Stopwatch.StartNew();
            var finding = await row.MeasureAsync(stage, options);
            findings.Add(finding);
            if (options.IsForReadme)
                await Console.Error.WriteLineAsync($"{row.Name}: {clock.Elapsed.TotalSeconds:0} s");
            else
                Table.Write(Console.Out, finding);
            if (options.Statements > 0)
                await Statements.WriteAsync(stage, options.Statements, Console.Error);
        }

        if (options.IsForReadme)
            ReadmeBlock.Write(Console.Out, await Machine.DescribeAsync(stage, load), findings);
        foreach (var grid in options.IsForReadme ? [] : findings.SelectMany(finding => finding.Grids))
            Cells.Write(Console.Out, grid);
        return findings.All(finding => finding.IsClean) ? 0 : 1;
    }

    private static List<Row> Chosen(Options options)
    {
        if (options.Rows.FirstOrDefault(name => AllRows.List.All(row => row.Name != name)) is { } unknown)
            throw new ArgumentException($"There is no row {unknown}; see --help.");
        return [.. AllRows.List.Where(row => options.Rows.Count == 0 || options.Rows.Contains(row.Name))];
    }

    private static void WriteHelp(TextWriter output)
    {
        output.WriteLine(Options.Help);
        foreach (var row in AllRows.List)
            output.WriteLine($"  {row.Name,-20}  {row.What}");
    }
}
