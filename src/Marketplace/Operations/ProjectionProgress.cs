using JasperFx.Events.Projections;
using Marketplace.Hosting;
using Marketplace.Storage;
using Marten;

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
public sealed class ProjectionProgress(IDocumentStore store, Positions positions, ReadModelProgress progress)
{
    /// <summary>The progress of every read model as of now.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The database cannot be reached.</exception>
    public async Task<ProgressView> ReadAsync(CancellationToken ct)
    {
        var complete = await positions.CompleteAsync(ct);
        var shards = await store.Advanced.AllProjectionProgress(token: ct);
        var items = new List<ProjectionView>();
        foreach (var model in ReadModels.All)
            items.Add(model.Lifecycle == ProjectionLifecycle.Async
                ? View(await progress.OfAsync(model.Name, ct))
                : new ProjectionView(model.Name, "inline", complete, 0, 0));
        return new ProgressView(complete, shards.FirstOrDefault(shard => shard.ShardName == ShardState.HighWaterMark)?.Sequence ?? 0, items);
    }

    private static ProjectionView View(Progress of) => new(of.Name, "async", of.Position, of.LagEvents, Math.Round(of.LagMilliseconds / 1000, 3));
}
