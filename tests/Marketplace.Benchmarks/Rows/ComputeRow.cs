using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;
using static Marketplace.Benchmarks.Output.Cells;

namespace Marketplace.Benchmarks.Rows;

/// <summary>
/// What the application computes with no I/O at all, by BenchmarkDotNet in this process: time and allocations of one call. Everything else on
/// the stage rests meanwhile.
/// </summary>
internal sealed class ComputeRow : Row
{
    private static readonly string[] Columns = ["computing", "ns", "± ns", "bytes allocated"];

    public override string Name => "compute";

    public override string What => "deciding, folding, JSON, answer bytes, with no I/O (a table of its own)";

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-bench-compute-").FullName;
        var summary = await Task.Run(() => BenchmarkRunner.Run<Computing>(Config(options, folder)));
        Directory.Delete(folder, recursive: true);
        if (summary.Reports.FirstOrDefault(report => !report.Success) is { } failed)
            throw new InvalidOperationException($"{failed.BenchmarkCase.Descriptor.WorkloadMethod.Name} could not be measured.");
        return new Finding(this, [])
        {
            Grids = [new Grid("Without I/O, one call on one core:", Columns, [.. summary.Reports.Select(LineOf)])],
        };
    }

    private static string[] LineOf(BenchmarkReport report)
    {
        var statistics = report.ResultStatistics!;
        return
        [
            report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
            Number(statistics.Mean, "#,0"),
            Number(statistics.StandardError, "#,0.0"),
            Number(report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0, "#,0"),
        ];
    }

    // In this process: the machine has no time to build a program for each of them, and nobody else is busy here.
    private static ManualConfig Config(Options options, string folder)
    {
        var job = Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance);
        job = options.Scale.IsFull
            ? job.WithWarmupCount(5).WithIterationCount(10).WithIterationTime(TimeInterval.FromMilliseconds(250))
            : job.WithWarmupCount(3).WithIterationCount(3).WithIterationTime(TimeInterval.FromMilliseconds(50));
        return ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(folder);
    }
}
