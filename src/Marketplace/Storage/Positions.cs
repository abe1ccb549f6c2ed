using Npgsql;

namespace Marketplace.Storage;

/// <summary>
/// Knows through which position the log is complete: the largest P such that every event numbered ≤ P is committed and visible, or will
/// never come. Concurrent writers commit out of order, so the highest visible number is not that.
/// <para>
/// Numbers are drawn one by one from a sequence, and every writer draws in the transaction that stores the event. So an unbroken run of
/// visible numbers is complete; and a gap will never be filled once every transaction has ended that had drawn, or had an id, when the
/// gap was first seen: who draws locks the sequence until its transaction ends. The clock never decides.
/// </para>
/// </summary>
public sealed class Positions(NpgsqlDataSource db)
{
    /// <summary>The longest a read waits for a position it asked for: 5 seconds.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // How far one look goes. Far more than can be in flight at once; after a long absence several looks follow one another.
    private const int Window = 10_000;

    // While somebody waits, a look costs one small index scan; this often is neither late nor a burden.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(4);

    private static readonly string Look = $"""
        select coalesce(max(seq_id) filter (where seq_id = $1 + rank), $1),
               coalesce(min(seq_id) filter (where seq_id > $1 + rank), 0),
               pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
               count(*)
          from (select seq_id, row_number() over (order by seq_id) as rank
                  from mt_events where seq_id > $1 order by seq_id limit {Window}) as recent
        """;

    // Who has drawn holds this lock to the end of its transaction, though it may have no transaction id until it stores something.
    private const string Drawers = """
        select pg_current_xact_id()::text::bigint,
               array(select virtualtransaction from pg_locks
                      where locktype = 'relation' and relation = 'mt_events_sequence'::regclass and pid <> pg_backend_pid())
        """;

    private const string StillDrawing =
        "select exists (select from pg_locks where relation = 'mt_events_sequence'::regclass and virtualtransaction = any ($1))";

    // The daemon's own mark: where to begin after a start. Other rows of its table may run ahead of what is complete.
    private const string Mark = "select coalesce(max(last_seq_id), 0) from mt_event_progression where name = 'HighWaterMark'";

    private sealed record Gap(long After, long NextTransaction, string[] Drawers);

    private long _complete = -1;
    private volatile Gap? _gap;

    /// <summary>
    /// The position through which everything read after this call is complete.
    /// </summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<long> CompleteAsync(CancellationToken ct)
    {
        var complete = Volatile.Read(ref _complete);
        if (complete < 0) complete = Advance(await ScalarAsync(Mark, ct));
        while (true)
        {
            var (prefix, afterGap, oldestRunning, rows) = await LookAsync(complete, ct);
            complete = Advance(prefix);
            if (afterGap == 0)
            {
                if (rows < Window) return complete;
                continue;
            }
            var gap = _gap;
            if (gap is null || gap.After != prefix)
            {
                // A transaction id drawn after the gap was seen is younger than everyone who could still fill it.
                _gap = await SeenAsync(prefix, ct);
                return complete;
            }
            if (oldestRunning < gap.NextTransaction || await MayBeFilledAsync(gap, ct)) return complete;
            complete = Advance(afterGap - 1);
        }
    }

    /// <summary>
    /// Waits until the log is complete through a position, at most <see cref="LongestWait"/>.
    /// </summary>
    /// <returns>Whether it is, and the position it is complete through.</returns>
    public async Task<(bool Reached, long Complete)> WaitAsync(long position, CancellationToken ct)
    {
        var until = System.Diagnostics.Stopwatch.GetTimestamp() + (long)(LongestWait.TotalSeconds * System.Diagnostics.Stopwatch.Frequency);
        while (true)
        {
            var complete = await CompleteAsync(ct);
            if (complete >= position) return (true, complete);
            if (System.Diagnostics.Stopwatch.GetTimestamp() >= until) return (false, complete);
            await Task.Delay(BetweenLooks, ct);
        }
    }

    /// <summary>Whether an event at this position or a later one is committed: the position is taken, if perhaps not yet complete.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<bool> IsTakenAsync(long position, CancellationToken ct)
    {
        await using var command = db.CreateCommand("select exists (select from mt_events where seq_id >= $1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    // The mark only ever grows, whichever of several concurrent readers gets there first.
    private long Advance(long candidate)
    {
        var seen = Volatile.Read(ref _complete);
        while (candidate > seen)
        {
            var before = Interlocked.CompareExchange(ref _complete, candidate, seen);
            if (before == seen) return candidate;
            seen = before;
        }
        return seen;
    }

    private async Task<(long Prefix, long AfterGap, long OldestRunning, long Rows)> LookAsync(long from, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Look);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    private async Task<Gap> SeenAsync(long after, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Drawers);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Gap(after, reader.GetInt64(0), reader.GetFieldValue<string[]>(1));
    }

    private async Task<bool> MayBeFilledAsync(Gap gap, CancellationToken ct)
    {
        if (gap.Drawers.Length == 0) return false;
        await using var command = db.CreateCommand(StillDrawing);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = gap.Drawers });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<long> ScalarAsync(string sql, CancellationToken ct)
    {
        await using var command = db.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
