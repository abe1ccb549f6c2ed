using System.Collections.Concurrent;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>Tells how far asynchronous read models have come, to readers who wait for a position.</summary>
public sealed class ReadModelProgress(NpgsqlDataSource db, TimeProvider clock)
{
    // Marten's ProjectionProgressFor opens a session for each look; a reader who waits looks two hundred times a second.
    private const string ReachedSql = "select coalesce((select last_seq_id from mt_event_progression where name = $1 || ':All'), 0)";

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
