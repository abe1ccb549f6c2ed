using Npgsql;
using NpgsqlTypes;

namespace Marten.Events.Daemon.HighWater;

/// <summary>
/// Finds the largest sequence up to which the log is decided. Events are looked at in one statement together with the
/// oldest running transaction, so that "everybody has ended" and "the gap is still there" hold for the same snapshot.
/// </summary>
/// <param name="schema">schema of the event tables</param>
/// <param name="mark">where to begin: the recorded mark</param>
/// <param name="time">source of timestamps</param>
internal sealed class HighWaterDetector(string schema, long mark, TimeProvider time)
{
    private readonly string _look =
        $"""
        select pg_snapshot_xmin(pg_current_snapshot()), coalesce(max(seq_id) filter (where seq_id - place = $1), $1),
               coalesce(max(seq_id), $1), count(*)
          from (select seq_id, row_number() over (order by seq_id) as place
                  from (select seq_id from {schema}.mt_events where seq_id > $1 order by seq_id limit $2) w) p
        """;

    private readonly string _recordSkips =
        $"""
        insert into {schema}.mt_high_water_skips (ending_sequence, starting_sequence)
        select seq_id - 1, previous
          from (select seq_id, lag(seq_id, 1, $1) over (order by seq_id) as previous
                  from {schema}.mt_events where seq_id > $1 and seq_id <= $2) e
         where seq_id - previous > 1
        on conflict do nothing
        """;

    private readonly string _holders =
        """
        select coalesce(
                 string_agg(format('pid %s (%s, %s, transaction since %s)', pid, application_name, state, xact_start), '; '),
                 'a prepared transaction')
          from (select * from pg_stat_activity where backend_xid is not null order by xact_start limit 3) a
        """;

    private HighWaterState _state = new(mark);

    /// <summary>How far the log is decided.</summary>
    public long Mark => _state.Mark;

    /// <summary>Highest sequence that the last look saw, decided or not.</summary>
    public long Seen { get; private set; } = mark;

    /// <summary>How long the first gap has been waited for; null without a lasting gap.</summary>
    public TimeSpan? Held => _state.Fence is { } fence ? time.GetElapsedTime(fence.Since) : null;

    /// <summary>
    /// Goes on along what this process has committed itself, which needs no look: every number of it is there, for whoever reads from now on.
    /// </summary>
    /// <returns>whether that is all there is, as far as is known: nothing committed here or seen in a look lies behind a gap</returns>
    public bool Follow(CommittedEvents committed)
    {
        var (through, isAll) = committed.Reach(Mark);
        if (through > Mark)
            _state = _state.Through(through);
        return isAll && Seen <= Mark;
    }

    /// <summary>Looks once and does what the look allows.</summary>
    /// <param name="connection">an open connection outside a transaction: every statement here needs a snapshot of its own</param>
    /// <param name="token">gives up</param>
    /// <returns>what was done; <see cref="HighWaterStep.Rest"/> and <see cref="HighWaterStep.Wait"/> leave nothing to do now</returns>
    public async Task<HighWaterStep> AdvanceAsync(NpgsqlConnection connection, CancellationToken token)
    {
        var look = await LookAsync(connection, token).ConfigureAwait(false);
        Seen = look.Last;
        (_state, var step) = _state.After(look);
        if (step == HighWaterStep.TakeFence)
        {
            // After the look, never before: only then is the number above that of everybody who drew before the look.
            await using var command = new NpgsqlCommand("select pg_current_xact_id()", connection);
            var xid = (ulong)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
            _state = _state with { Fence = new GapFence(xid, look.Last, time.GetTimestamp()) };
        }
        else if (step == HighWaterStep.PassGaps)
        {
            // On record before anybody is told: an event that ever turned up in such a gap could be found by the record.
            await RecordSkipsAsync(connection, _state.Mark, _state.Fence!.Ceiling, token).ConfigureAwait(false);
            _state = _state.Passed();
        }
        return step;
    }

    /// <summary>Begins again at another mark: an operator has changed the record.</summary>
    public void Restart(long mark) => _state = new HighWaterState(mark);

    /// <summary>Who may be holding the mark back, for a person to read.</summary>
    public async Task<string> HoldersAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(_holders, connection);
        return (string)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
    }

    private async Task<HighWaterLook> LookAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(_look, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = _state.Mark },
                new NpgsqlParameter<int> { TypedValue = DaemonLimits.LookWindow },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
        await reader.ReadAsync(token).ConfigureAwait(false);
        var full = reader.GetInt64(3) == DaemonLimits.LookWindow;
        return new HighWaterLook(reader.GetFieldValue<ulong>(0), reader.GetInt64(1), reader.GetInt64(2), full);
    }

    private async Task RecordSkipsAsync(NpgsqlConnection connection, long above, long ceiling, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(_recordSkips)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<long> { TypedValue = above, NpgsqlDbType = NpgsqlDbType.Bigint },
                        new NpgsqlParameter<long> { TypedValue = ceiling, NpgsqlDbType = NpgsqlDbType.Bigint },
                    },
                },
                ProgressTable.RaiseMark(schema, ceiling),
            },
        };
        await batch.ExecuteNonQueryAsync(token).ConfigureAwait(false);
    }
}
