using System.Collections.Concurrent;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>How far an asynchronous read model has come.</summary>
/// <param name="Name">The projection's name, which is its class's.</param>
/// <param name="Position">Everything through this position is in the read model.</param>
/// <param name="LogPosition">The position through which the log was complete when this was asked.</param>
/// <param name="LagMilliseconds">For how long the oldest event it has not dealt with has been recorded; 0 when there is none.</param>
public sealed record Progress(string Name, long Position, long LogPosition, double LagMilliseconds)
{
    /// <summary>Positions it has yet to deal with.</summary>
    public long LagEvents => Math.Max(0, LogPosition - Position);
}

/// <summary>Tells how far asynchronous read models have come, for readers, for health and for operators.</summary>
public sealed class ReadModelProgress(NpgsqlDataSource db, Positions positions, TimeProvider clock)
{
    private const string ReachedSql = "select coalesce((select last_seq_id from mt_event_progression where name = $1 || ':All'), 0)";

    private const string OldestSql = "select timestamp from mt_events where seq_id > $1 and seq_id <= $2 order by seq_id limit 1";

    // While somebody waits, one look at one row; never two at once for one read model.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<string, Task<long>> _looks = new(StringComparer.Ordinal);

    /// <summary>The position a read model has reached; 0 before its first batch.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<long> ReachedAsync(string name, CancellationToken ct)
    {
        await using var command = db.CreateCommand(ReachedSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>A read model's position and its lag behind the log.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<Progress> OfAsync(string name, CancellationToken ct)
    {
        var complete = await positions.CompleteAsync(ct);
        var reached = await ReachedAsync(name, ct);
        await using var command = db.CreateCommand(OldestSql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = reached });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = complete });
        var lag = await command.ExecuteScalarAsync(ct) is DateTime oldest ? (clock.GetUtcNow() - oldest).TotalMilliseconds : 0;
        return new Progress(name, reached, complete, Math.Max(0, lag));
    }

    /// <summary>Waits until a read model has reached a position, at most <see cref="Positions.LongestWait"/>.</summary>
    /// <returns>Whether it has, and the position it has reached.</returns>
    public async Task<(bool Reached, long Position)> WaitAsync(string name, long position, CancellationToken ct)
    {
        var reached = await ReachedAsync(name, ct);
        var started = clock.GetTimestamp();
        while (reached < position)
        {
            if (clock.GetElapsedTime(started) >= Positions.LongestWait) return (false, reached);
            await Task.Delay(BetweenLooks, ct);
            reached = await LookTogetherAsync(name).WaitAsync(ct);
        }
        return (true, reached);
    }

    // Everybody who waits shares the look that is under way. It began before they asked, which is fine: progress only tells of the past.
    private async Task<long> LookTogetherAsync(string name)
    {
        var look = _looks.GetOrAdd(name, LookAsync);
        try
        {
            return await look;
        }
        finally
        {
            _looks.TryRemove(new KeyValuePair<string, Task<long>>(name, look));
        }
    }

    private Task<long> LookAsync(string name) => ReachedAsync(name, CancellationToken.None);
}
