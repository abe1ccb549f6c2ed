using System.Diagnostics;
using System.Text;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Processes;
using Npgsql;

namespace Marketplace.Benchmarks.Rows;

/// <summary>Reads what <c>COPY … TO STDOUT</c> sends and does nothing with it: no way to get rows out of PostgreSQL is quicker.</summary>
internal static class CopyOut
{
    /// <summary>Runs a <c>COPY … TO STDOUT</c> of so many rows.</summary>
    public static async Task<LoadResult> MeasureAsync(NpgsqlConnection connection, string copy, long rows, int postmasterId)
    {
        var (client, postgres, clock) = (CpuTime.OfThisProcess(), CpuTime.OfFamily(postmasterId), Stopwatch.StartNew());
        var (buffer, bytes) = (new char[64 * 1024], 0L);
        using (var reader = await connection.BeginTextExportAsync(copy))
        {
            while (await reader.ReadAsync(buffer) is > 0 and var read)
                bytes += Encoding.UTF8.GetByteCount(buffer, 0, read);
        }

        return new LoadResult(rows, clock.Elapsed.TotalSeconds, new Dictionary<int, long>(), null, new Latencies().Counts,
            CpuTime.OfThisProcess() - client, 0, CpuTime.OfFamily(postmasterId) - postgres, bytes);
    }
}
