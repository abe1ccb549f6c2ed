using JasperFx.Events;

namespace Marten.Events.Daemon;

/// <summary>
/// The end of the log, read once for all shards of a process: they follow it close together, and reading and deserializing an event costs more
/// than most projections make of it. What the process has committed itself it does not read at all. What it holds is decided, so it never
/// changes; what every reader is done with is let go, since whatever lives long under load makes the pauses of garbage collection long. Who
/// lags behind reads alone. Safe for several threads.
/// </summary>
internal sealed class RecentEvents
{
    // Fewer are not worth moving the rest for.
    private const int LeastGone = 256;

    private readonly EventPages _pages;
    private readonly CommittedEvents _committed;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<IEvent> _events = [];
    // Up to where each reader is done.
    private readonly long[] _done;
    private long _floor;
    private long _ceiling;

    /// <summary>Reads for so many readers.</summary>
    public RecentEvents(EventPages pages, CommittedEvents committed, int readers)
    {
        (_pages, _committed, _done) = (pages, committed, new long[readers]);
        Readers = [.. Enumerable.Range(0, readers).Select(number => new Reader(this, number))];
    }

    /// <summary>One for each shard.</summary>
    public IReadOnlyList<Reader> Readers { get; }

    private async Task<EventPage> ReadAsync(int reader, long floor, long ceiling, int size, CancellationToken token)
    {
        await _turn.WaitAsync(token).ConfigureAwait(false);
        try
        {
            _done[reader] = floor;
            // Whoever is ahead of all others takes it along.
            if (floor > _ceiling)
            {
                _events.Clear();
                (_floor, _ceiling) = (floor, floor);
                _committed.Pass(floor);
            }
            if (floor >= _floor)
                return await ReadOnAsync(floor, ceiling, size, token).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
        return await _pages.ReadAsync(floor, ceiling, size, token).ConfigureAwait(false);
    }

    private async Task<EventPage> ReadOnAsync(long floor, long ceiling, int size, CancellationToken token)
    {
        var first = FirstBehind(floor);
        var unreadable = await FillAsync(first, ceiling, size, token).ConfigureAwait(false);
        var count = Math.Min(FirstBehind(ceiling) - first, size);
        var events = _events.GetRange(first, count);
        var end = count == size ? events[^1].Sequence : Math.Min(ceiling, _ceiling);
        Trim();
        return new EventPage(floor, end, events, unreadable);
    }

    // From memory as far as that goes, and from the table where it has a hole: a number that nobody has stored, an event of another process, or
    // one whose commit this process has yet to hear of. Behind a second hole everything is read: many small readings cost more than they spare.
    private async Task<Exception?> FillAsync(int first, long ceiling, int size, CancellationToken token)
    {
        Exception? unreadable = null;
        for (var holes = 0; unreadable is null && _ceiling < ceiling && _events.Count - first < size; holes++)
        {
            _ceiling = _committed.Take(_ceiling, ceiling, size - (_events.Count - first), _events);
            if (_ceiling == ceiling || _events.Count - first == size)
                break;
            var end = holes == 0 ? Math.Min(ceiling, _committed.NextBehind(_ceiling) - 1) : ceiling;
            var more = await _pages.ReadAsync(_ceiling, end, size - (_events.Count - first), token).ConfigureAwait(false);
            _events.AddRange(more.Events);
            (_ceiling, unreadable) = (more.Ceiling, more.Unreadable);
            _committed.Pass(_ceiling);
        }
        return unreadable;
    }

    private int FirstBehind(long sequence)
    {
        var (low, high) = (0, _events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_events[middle].Sequence > sequence)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private void Trim()
    {
        var gone = FirstBehind(_done.Min());
        if (_events.Count > DaemonLimits.RecentEvents)
            gone = Math.Max(gone, _events.Count - DaemonLimits.RecentEvents / 2);
        if (gone < LeastGone)
            return;
        _floor = _events[gone - 1].Sequence;
        _events.RemoveRange(0, gone);
    }

    /// <summary>One of those who read.</summary>
    internal sealed class Reader(RecentEvents recent, int number)
    {
        /// <summary>
        /// Reads one page as <see cref="EventPages.ReadAsync(long, long, int, CancellationToken)"/> does. What is up to the floor the reader
        /// is done with.
        /// </summary>
        public Task<EventPage> ReadAsync(long floor, long ceiling, int size, CancellationToken token) =>
            recent.ReadAsync(number, floor, ceiling, size, token);
    }
}
