using System.Globalization;
using Marketplace.Benchmarks.Processes;
using Marketplace.Benchmarks.Scenes;

namespace Marketplace.Benchmarks.Rows;

/// <summary>
/// A rebuild of every read model that follows the log, one after the other, through the operations endpoint of the running application,
/// which has rebuilt each once before. The rate is that of all of them together: events of the log by the sum of the times. The yardstick
/// is what reading the same rows once takes at the least.
/// </summary>
internal sealed class RebuildRow : Row
{
    private const string Read = """
        copy (select seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name
                from mt_events order by seq_id) to stdout
        """;

    public override string Name => "rebuild";

    public override string What => "rebuild of every asynchronous projection, a log of a million price changes";

    public override string NextCost => "the price history: folding its pages and writing their rows, about as much time of the application as of PostgreSQL.";

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        var scene = await stage.LivelyAsync();
        var (application, copy) = (new Side("application") { Unit = " events" }, new Side("COPY TO STDOUT") { Unit = " events" });
        var (total, each) = (0.0, new List<string>());
        var (ownBefore, postgresBefore) = (CpuTime.Of(scene.Application.Id), CpuTime.OfFamily(stage.Cluster.ProcessId));
        foreach (var name in GeneratedLog.BehindTheLog)
        {
            var seconds = await scene.RebuildAsync(name);
            total += seconds;
            each.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {scene.Shape.Events / seconds:#,0}/s"));
        }

        application.Add(scene.Shape.Events, total, 0, CpuTime.Of(scene.Application.Id) - ownBefore, CpuTime.OfFamily(stage.Cluster.ProcessId) - postgresBefore);
        await using (var connection = await scene.ConnectAsync())
            copy.Add(await CopyOut.MeasureAsync(connection, Read, scene.Shape.Events, stage.Cluster.ProcessId));
        return new Finding(this, [application, copy], Goal.AtLeast("≥ 0.2 × COPY", application.PerSecond, 0.2 * copy.PerSecond))
        {
            Size = options.Scale.IsFull ? null : $"{scene.Shape.Events:#,0} events",
            Note = $"{string.Join(", ", each)}; Marten's own sample rebuilds 8,700 events/s.",
        };
    }
}
