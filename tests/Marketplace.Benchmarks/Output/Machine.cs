using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace Marketplace.Benchmarks.Output;

/// <summary>What everything was measured on, in a line.</summary>
internal static class Machine
{
    /// <summary>Cores, memory, versions, how busy it was at the start, and the day.</summary>
    public static async Task<string> DescribeAsync(Stage stage, string load)
    {
        await using var connection = await stage.ConnectAsync("postgres");
        await using var version = new NpgsqlCommand("select split_part(current_setting('server_version'), ' ', 1)", connection);
        var postgres = await version.ExecuteScalarAsync();
        var today = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $"Measured on {today}: {Environment.ProcessorCount} cores ({Processor()}) shared by load client, application and PostgreSQL, {Memory():0} GB of memory, PostgreSQL {postgres}, {RuntimeInformation.FrameworkDescription}; fsync, full_page_writes and synchronous_commit on; load average before the start {load}.");
    }

    /// <summary>The load average of the last minute.</summary>
    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static double Memory() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);

    private static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } model
            ? model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
}
