using JasperFx.Events.Projections;
using Marketplace.Hosting;
using Npgsql;

namespace Marketplace.Benchmarks.Scenes;

/// <summary>The bytes that tables take with their indexes.</summary>
/// <param name="EventStore">The streams and the events.</param>
/// <param name="Inline">The read models that are written in the transaction of the event.</param>
/// <param name="Behind">The read models that follow the log.</param>
internal sealed record DiskUse(long EventStore, long Inline, long Behind)
{
    private const string Sql = "select sum(pg_total_relation_size(name::regclass))::bigint from unnest($1) as name";

    /// <summary>Of a scene's database as it is now.</summary>
    public static async Task<DiskUse> MeasureAsync(Scene scene)
    {
        await using var connection = await scene.ConnectAsync();
        return new DiskUse(
            await OfAsync(["mt_streams", "mt_events"]),
            await OfAsync(TablesOf(ProjectionLifecycle.Inline)),
            await OfAsync(TablesOf(ProjectionLifecycle.Async)));

        async Task<long> OfAsync(string[] tables)
        {
            await using var command = new NpgsqlCommand(Sql, connection);
            command.Parameters.AddWithValue(tables);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    private static string[] TablesOf(ProjectionLifecycle lifecycle) =>
        [.. ReadModels.All.Where(model => model.Lifecycle == lifecycle).SelectMany(model => model.Tables)];
}
