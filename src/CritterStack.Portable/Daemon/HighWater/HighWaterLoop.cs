using JasperFx.Events.Projections;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Events.Daemon.HighWater;

/// <summary>Keeps the high water mark up with the log: looks when there was a commit, and now and then in any case.</summary>
/// <param name="context">what the daemon works with</param>
/// <param name="mark">where the shards read the mark</param>
internal sealed partial class HighWaterLoop(DaemonContext context, DecidedMark mark)
{
    private readonly TimeProvider _time = context.Time;
    private long _recorded;
    private long _recordedAt;
    private long _readAt;
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
            var looked = _time.GetTimestamp();
            var commit = context.Store.EventsCommitted.Next;
            var step = await detector.AdvanceAsync(connection, token).ConfigureAwait(false);
            mark.Set(detector.Mark);
            await WatchGapAsync(detector, connection, token).ConfigureAwait(false);
            if (step is HighWaterStep.LookAgain or HighWaterStep.PassGaps or HighWaterStep.TakeFence)
                continue;
            await RecordAsync(detector, connection, resting: step == HighWaterStep.Rest, token).ConfigureAwait(false);
            await WaitAsync(step, looked, commit, token).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(HighWaterStep step, long looked, Task commit, CancellationToken token)
    {
        _gaps = step == HighWaterStep.Wait ? _gaps + 1 : 0;
        var gapPoll = DaemonLimits.BackOff(_gaps, DaemonLimits.GapPoll, DaemonLimits.IdlePoll);
        // An unwritten mark is written when the log falls silent, not only with the next event.
        var longest = mark.Current > _recorded ? DaemonLimits.MarkPace : DaemonLimits.IdlePoll;
        var wait = step == HighWaterStep.Wait && gapPoll < longest ? gapPoll : longest;
        await commit.WaitAsync(wait, _time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        token.ThrowIfCancellationRequested();
        // Under load there is always a commit, and often a gap that the next one fills.
        var rest = (step == HighWaterStep.Wait ? DaemonLimits.GapPoll : DaemonLimits.LookPace) - _time.GetElapsedTime(looked);
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
