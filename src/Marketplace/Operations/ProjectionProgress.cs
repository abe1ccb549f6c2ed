using JasperFx.Events.Projections;
using Marketplace.Hosting;
using Marketplace.Storage;
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
public sealed class ProjectionProgress(NpgsqlDataSource db, Positions positions, TimeProvider clock)
{
    private const string Progress = """
        select n.name, coalesce(p.last_seq_id, 0),
               (select e.timestamp from mt_events as e where e.seq_id > coalesce(p.last_seq_id, 0) order by e.seq_id limit 1)
          from unnest($1::text[]) as n (name) left join mt_event_progression as p on p.name = n.name
        """;

    /// <summary>The progress of every read model as of now.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<ProgressView> ReadAsync(CancellationToken ct)
    {
        var complete = await positions.CompleteAsync(ct);
        string[] rows = [ShardState.HighWaterMark, .. ReadModels.All.Where(IsAsync).Select(ProgressName)];
        await using var command = db.CreateCommand(Progress);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = rows });
        var reached = new Dictionary<string, (long Position, TimeSpan Lag)>();
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var present = clock.GetUtcNow();
            while (await reader.ReadAsync(ct))
                reached[reader.GetString(0)] = (reader.GetInt64(1), reader.IsDBNull(2) ? TimeSpan.Zero : present - reader.GetFieldValue<DateTimeOffset>(2));
        }
        return new ProgressView(complete, reached[ShardState.HighWaterMark].Position, [.. ReadModels.All.Select(model =>
        {
            if (!IsAsync(model)) return new ProjectionView(model.Name, "inline", complete, 0, 0);
            var (position, lag) = reached[ProgressName(model)];
            return new ProjectionView(model.Name, "async", position, Math.Max(0, complete - position), Math.Round(Math.Max(0, lag.TotalSeconds), 3));
        })]);
    }

    private static bool IsAsync(ReadModel model) => model.Lifecycle == ProjectionLifecycle.Async;

    private static string ProgressName(ReadModel model) => model.Name + ":All";
}
