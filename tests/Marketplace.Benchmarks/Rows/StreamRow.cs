using System.Globalization;
using Marketplace.Audit;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Processes;

namespace Marketplace.Benchmarks.Rows;

/// <summary>
/// The whole log as NDJSON to one reader who takes it as fast as it comes, against <c>COPY … TO STDOUT</c> of the same columns in the same
/// order. The application's memory is looked at all the while: what it holds must not grow with what it sends.
/// </summary>
internal sealed class StreamRow : Row
{
    // What a garbage collector may take to be at its best, whatever the length of the log; a log of a million events is 700 MB.
    private const double MostGrowthMegabytes = 64;
    private const int WarmUpEvents = 20_000;

    private const string Copy = $"copy (select {AuditEvent.Columns} from mt_events where stream_id <> 'mt_tombstone' order by seq_id) to stdout";

    public override string Name => "stream";

    public override string What => "streaming the log as NDJSON to one reader";

    public override string NextCost => "reading each event into an object and writing it again as JSON.";

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        var scene = await stage.LivelyAsync();
        var (application, copy) = (new Side("application") { Unit = " events" }, new Side("COPY TO STDOUT") { Unit = " events" });
        await stage.Load.RunAsync(Stream($"?limit={WarmUpEvents}"));
        var growth = 0.0;
        for (var round = 0; round < Math.Min(options.Rounds, 2); round++)
        {
            using (var memory = new MemoryWatch(scene.Application.Id))
            {
                var result = await stage.Load.RunAsync(Stream(""));
                // One answer, but a line for each event; how long that one took is no latency.
                application.Add(result with { Requests = scene.Shape.Events, Latencies = new Latencies().Counts });
                growth = Math.Max(growth, memory.GrowthMegabytes);
            }

            await using var connection = await scene.ConnectAsync();
            copy.Add(await CopyOut.MeasureAsync(connection, Copy, scene.Shape.Events, stage.Cluster.ProcessId));
        }

        return new Finding(this, [application, copy],
            Goal.AtLeast("≥ 0.6 × COPY", application.PerSecond, 0.6 * copy.PerSecond),
            Goal.AtMost("constant memory", Math.Max(growth, 1), MostGrowthMegabytes))
        {
            Size = options.Scale.IsFull ? null : $"{scene.Shape.Events:#,0} events",
            Note = string.Create(CultureInfo.InvariantCulture,
                $"{Megabytes(application):0} MB/s of NDJSON, {Megabytes(copy):0} MB/s of COPY; the application's memory grew by at most {growth:0} MB while it sent {application.Bytes / 1e6:0} MB."),
        };

        LoadPlan Stream(string query) => scene.ToApplication([Shop.GetLog(query)], connections: 1) with { Once = true };
    }

    private static double Megabytes(Side side) => side.Bytes / 1e6 / side.Seconds;
}
