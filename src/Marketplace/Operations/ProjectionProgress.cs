using JasperFx.Events.Projections;
using Marketplace.Hosting;
using Marketplace.Storage;
using Marten;
using Npgsql;

namespace Marketplace.Operations;

/// <summary>How far one read model is.</summary>
/// <param name="Name">Its name, by which it is rebuilt.</param>
/// <param name="Lifecycle"><c>inline</c>: written with the event, never behind; <c>async</c>: behind the log.</param>
/// <param name="Position">The position through which its rows are complete.</param>
/// <param name="LagPositions">How many positions it is behind the complete log.</param>
/// <param name="LagSeconds">For how long the first event it has not dealt with has been waiting, by its recorded time; 0 when there is none.</param>
public sealed record ProjectionView(string Name, string Lifecycle, long Position, long LagPositions, double LagSeconds);

/// <summary>How far all read models are.</summary>
/// <param name="Position">The position through which the log is complete.</param>
/// <param name="HighWaterMark">The position through which the daemon knows the log to be complete.</param>
/// <param name="Items">The read models.</param>
public sealed record ProgressView(long Position, long HighWaterMark, IReadOnlyList<ProjectionView> Items);

/// <summary>Reads how far the read models are, whichever instance runs the daemon.</summary>
public sealed class ProjectionProgress(IDocumentStore store, NpgsqlDataSource db, Positions positions, TimeProvider clock)
{
    // Marten tells how far a shard is behind in positions; how long the first of them has been waiting is ours to find out.
    private const string OldestSql = "select timestamp from mt_events where seq_id > $1 and seq_id <= $2 order by seq_id limit 1";

    /// <summary>The progress of every read model as of now.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<ProgressView> ReadAsync(CancellationToken ct)
    {
        var complete = await positions.CompleteAsync(ct);
        var shards = (await store.Advanced.AllProjectionProgress(token: ct)).ToDictionary(shard => shard.ShardName, shard => shard.Sequence);
        var items = new List<ProjectionView>();
        foreach (var model in ReadModels.All)
            items.Add(model.Lifecycle == ProjectionLifecycle.Async
                ? await ViewAsync(model.Name, shards.GetValueOrDefault(model.ProgressName), complete, ct)
                : new ProjectionView(model.Name, "inline", complete, 0, 0));
        return new ProgressView(complete, shards.GetValueOrDefault(ShardState.HighWaterMark), items);
    }

    private async Task<ProjectionView> ViewAsync(string name, long reached, long complete, CancellationToken ct)
    {
        await using var command = db.CreateCommand(OldestSql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = reached });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = complete });
        var lag = await command.ExecuteScalarAsync(ct) is DateTime oldest ? (clock.GetUtcNow() - oldest).TotalSeconds : 0;
        return new ProjectionView(name, "async", reached, Math.Max(0, complete - reached), Math.Round(Math.Max(0, lag), 3));
    }
}
