using JasperFx.Events.Projections;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Events.Daemon.HighWater;

/// <summary>
/// Keeps the high water mark up with the log. What this process has committed is followed from memory. It looks at the log when another process
/// says that it has committed, when something is missing before what was committed here for longer than commits take, and now and then in any
/// case.
/// </summary>
/// <param name="context">what the daemon works with</param>
/// <param name="mark">where the shards read the mark</param>
internal sealed partial class HighWaterLoop(DaemonContext context, DecidedMark mark)
{
    private readonly TimeProvider _time = context.Time;
    private long _recorded;
    private long _recordedAt;
    private long _readAt;
    private long _lookedAt;
    private long _movedAt;
    private bool _mustLook = true;
    private int _gaps;
    private bool _warned;

    /// <summary>Runs until cancelled; fails when the database does.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        await using var connection = await context.Database.OpenConnectionAsync(token).ConfigureAwait(false);
        _recorded = await ReadRecordAsync(connection, token).ConfigureAwait(false) ?? 0;
        _recordedAt = _readAt = _time.GetTimestamp();
        var detector = new HighWaterDetector(context.Schema, _recorded, _time);
        mark.Set(_recorded);
        while (true)
        {
            var began = _time.GetTimestamp();
            // Taken before anything is read, so that no commit is missed.
            var (commit, elsewhere) = (context.Store.EventsCommitted.Next, context.Store.CommittedElsewhere.Next);
            var step = await AdvanceAsync(detector, connection, token).ConfigureAwait(false);
            mark.Set(detector.Mark);
            await WatchGapAsync(detector, connection, token).ConfigureAwait(false);
            if (_mustLook)
                continue;
            await RecordAsync(detector, connection, resting: step == HighWaterStep.Rest, token).ConfigureAwait(false);
            await WaitAsync(step, began, commit, token).ConfigureAwait(false);
            _mustLook |= elsewhere.IsCompleted;
        }
    }

    private async Task<HighWaterStep> AdvanceAsync(HighWaterDetector detector, NpgsqlConnection connection, CancellationToken token)
    {
        var before = detector.Mark;
        var isAll = detector.Follow(context.Store.Committed);
        if (isAll || detector.Mark > before)
            _movedAt = _time.GetTimestamp();
        if (!_mustLook && _time.GetElapsedTime(_lookedAt) < DaemonLimits.IdlePoll)
        {
            if (isAll)
                return HighWaterStep.Rest;
            // Most gaps are numbers that a commit under way here has drawn.
            if (_time.GetElapsedTime(_movedAt) < DaemonLimits.GapPatience)
                return HighWaterStep.AwaitCommit;
        }
        _lookedAt = _time.GetTimestamp();
        var step = await detector.AdvanceAsync(connection, token).ConfigureAwait(false);
        _mustLook = step is HighWaterStep.LookAgain or HighWaterStep.PassGaps or HighWaterStep.TakeFence;
        if (detector.Mark > before)
            _movedAt = _lookedAt;
        return step;
    }

    private async Task WaitAsync(HighWaterStep step, long began, Task commit, CancellationToken token)
    {
        _gaps = step == HighWaterStep.Wait ? _gaps + 1 : 0;
        // An unwritten mark is written when the log falls silent, not only with the next event.
        var longest = mark.Current > _recorded ? DaemonLimits.MarkPace : DaemonLimits.IdlePoll;
        var wait = step switch
        {
            HighWaterStep.Wait => DaemonLimits.BackOff(_gaps, DaemonLimits.GapPoll, longest),
            HighWaterStep.AwaitCommit => DaemonLimits.GapPatience,
            _ => longest,
        };
        await commit.WaitAsync(wait, _time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        token.ThrowIfCancellationRequested();
        // Under load there is always a commit, and often a gap that the next one fills.
        var rest = (step == HighWaterStep.Wait ? DaemonLimits.GapPoll : DaemonLimits.LookPace) - _time.GetElapsedTime(began);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, _time, token).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes the mark, rarely and without waiting for the disk: a crash that loses it costs nothing, since the mark is
    /// found again from the events, and the passing of gaps is recorded durably by the detector.
    /// </summary>
    private async Task RecordAsync(HighWaterDetector detector, NpgsqlConnection connection, bool resting, CancellationToken token)
    {
        if (detector.Mark > _recorded && _time.GetElapsedTime(_recordedAt) >= DaemonLimits.MarkPace)
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"),
                    ProgressTable.RaiseMark(context.Schema, detector.Mark),
                },
            };
            await batch.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            _recorded = detector.Mark;
            _recordedAt = _readAt = _time.GetTimestamp();
        }
        else if (resting && _time.GetElapsedTime(_readAt) >= DaemonLimits.ProgressReload)
        {
            _readAt = _time.GetTimestamp();
            var record = await ReadRecordAsync(connection, token).ConfigureAwait(false) ?? 0;
            if (record < _recorded)
            {
                LogMarkLowered(context.Logger, _recorded, record);
                detector.Restart(record);
                _recorded = record;
                mark.Set(record);
            }
        }
    }

    private async Task WatchGapAsync(HighWaterDetector detector, NpgsqlConnection connection, CancellationToken token)
    {
        var held = detector.Held > DaemonLimits.GapWarning;
        if (held == _warned)
            return;
        _warned = held;
        if (held)
        {
            var holders = await detector.HoldersAsync(connection, token).ConfigureAwait(false);
            context.Health.MarkHeld(
                $"Sequence {detector.Mark + 1} is undecided: a transaction that may still fill it is running: {holders}");
            LogHeld(context.Logger, detector.Mark + 1, (int)DaemonLimits.GapWarning.TotalSeconds, holders);
        }
        else
        {
            context.Health.MarkHeld(null);
            LogReleased(context.Logger, detector.Mark);
        }
    }

    private Task<long?> ReadRecordAsync(NpgsqlConnection connection, CancellationToken token) =>
        ProgressTable.ReadAsync(connection, context.Schema, ShardState.HighWaterMark, token);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Projections wait before sequence {Sequence}: its number was drawn, it is not there, "
            + "and for {Seconds} s a transaction has been open that may still write it. Open transactions: {Holders}")]
    private static partial void LogHeld(ILogger logger, long sequence, int seconds, string holders);

    [LoggerMessage(Level = LogLevel.Information, Message = "Projections go on: the log is decided up to sequence {Mark}")]
    private static partial void LogReleased(ILogger logger, long mark);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The recorded high water mark was lowered from {From} to {To} by somebody else; looking again from there")]
    private static partial void LogMarkLowered(ILogger logger, long from, long to);
}
