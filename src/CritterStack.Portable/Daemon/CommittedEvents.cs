using JasperFx.Events;

namespace Marten.Events.Daemon;

/// <summary>
/// Events that this process has just committed, for its own daemon: what is still in memory need not be read from the table and deserialized
/// again. It only ever spares a reading: what it does not hold, or holds no more, is in the table. Safe for several threads.
/// </summary>
internal sealed class CommittedEvents
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, IEvent> _events = [];
    private int _runs;
    // What lies up to here has been read.
    private long _passed;
    // The last that was committed, held or not.
    private long _highest;

    /// <summary>Begins to keep what is committed, for a run of the daemon; disposing the answer ends it.</summary>
    public IDisposable Follow()
    {
        lock (_lock)
        {
            // Whatever the database went through before this run, it is the table that tells what is there.
            _events.Clear();
            (_runs, _passed, _highest) = (_runs + 1, 0, 0);
        }
        return new Run(this);
    }

    /// <summary>The events of these streams are committed, and have their sequences.</summary>
    public void Add(IReadOnlyList<StreamAction> streams)
    {
        lock (_lock)
        {
            if (_runs == 0)
                return;
            foreach (var stream in streams)
            {
                foreach (var e in stream.Events)
                {
                    _highest = Math.Max(_highest, e.Sequence);
                    if (e.Sequence > _passed && _events.Count < DaemonLimits.RecentEvents && ReadsBackAsItIs(e))
                        _events[e.Sequence] = e;
                }
            }
        }
    }

    /// <summary>How far events that are held follow a sequence without a gap.</summary>
    /// <returns>the last one's sequence, <paramref name="floor"/> when there is none; and whether nothing was committed here behind it</returns>
    public (long Through, bool IsAll) Reach(long floor)
    {
        lock (_lock)
        {
            while (_events.ContainsKey(floor + 1))
                floor++;
            return (floor, _highest <= floor);
        }
    }

    /// <summary>Hands over what directly follows a sequence, one event after another without a gap between them.</summary>
    /// <param name="floor">the sequence before them</param>
    /// <param name="ceiling">the last sequence that may be among them</param>
    /// <param name="most">most events</param>
    /// <param name="events">where they are added</param>
    /// <returns>the last one's sequence; <paramref name="floor"/> when there is none</returns>
    public long Take(long floor, long ceiling, int most, List<IEvent> events)
    {
        lock (_lock)
        {
            var last = floor;
            for (; most > 0 && last < ceiling && _events.Remove(last + 1, out var e); most--)
            {
                events.Add(e);
                last++;
            }
            _passed = Math.Max(_passed, last);
            return last;
        }
    }

    /// <summary>The first sequence behind this one that is held; the largest number when there is none.</summary>
    public long NextBehind(long floor)
    {
        lock (_lock)
        {
            var next = long.MaxValue;
            foreach (var sequence in _events.Keys)
            {
                if (sequence > floor && sequence < next)
                    next = sequence;
            }
            return next;
        }
    }

    /// <summary>Everything up to here has been read in another way.</summary>
    public void Pass(long ceiling)
    {
        lock (_lock)
        {
            _passed = Math.Max(_passed, ceiling);
            foreach (var sequence in _events.Keys)
            {
                // A dictionary allows removing while it is walked.
                if (sequence <= ceiling)
                    _events.Remove(sequence);
            }
        }
    }

    // PostgreSQL keeps microseconds. Headers may hold anything that JSON can tell; of text alone it is sure that the reader of the table makes
    // the same of it.
    private static bool ReadsBackAsItIs(IEvent e)
    {
        if (e.Timestamp.Ticks % TimeSpan.TicksPerMicrosecond != 0)
            return false;
        if (e.Headers is not { } headers)
            return true;
        foreach (var value in headers.Values)
        {
            if (value is not string)
                return false;
        }
        return true;
    }

    private void End()
    {
        lock (_lock)
        {
            _runs--;
            _events.Clear();
        }
    }

    private sealed class Run(CommittedEvents events) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                events.End();
        }
    }
}
