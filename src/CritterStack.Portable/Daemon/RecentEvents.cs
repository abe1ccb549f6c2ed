using JasperFx.Events;

namespace Marten.Events.Daemon;

/// <summary>
/// The end of the log, read once for all shards of a process: they follow it close together, and reading and deserializing an event costs more
/// than most projections make of it. What it holds is decided, so it never changes. Who lags behind it reads alone. Safe for several threads.
/// </summary>
internal sealed class RecentEvents(EventPages pages)
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<IEvent> _events = [];
    private long _floor;
    private long _ceiling;

    /// <summary>Reads one page as <see cref="EventPages.ReadAsync(long, long, int, CancellationToken)"/> does.</summary>
    public async Task<EventPage> ReadAsync(long floor, long ceiling, int size, CancellationToken token)
    {
        await _turn.WaitAsync(token).ConfigureAwait(false);
        try
        {
            // Whoever is ahead of all others takes it along.
            if (floor > _ceiling)
            {
                _events.Clear();
                (_floor, _ceiling) = (floor, floor);
            }
            if (floor >= _floor)
                return await ReadOnAsync(floor, ceiling, size, token).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
        return await pages.ReadAsync(floor, ceiling, size, token).ConfigureAwait(false);
    }

    private async Task<EventPage> ReadOnAsync(long floor, long ceiling, int size, CancellationToken token)
    {
        var first = FirstBehind(floor);
        Exception? unreadable = null;
        if (_ceiling < ceiling && _events.Count - first < size)
        {
            var more = await pages.ReadAsync(_ceiling, ceiling, size - (_events.Count - first), token).ConfigureAwait(false);
            _events.AddRange(more.Events);
            (_ceiling, unreadable) = (more.Ceiling, more.Unreadable);
        }
        var count = Math.Min(FirstBehind(ceiling) - first, size);
        var events = _events.GetRange(first, count);
        var end = count == size ? events[^1].Sequence : Math.Min(ceiling, _ceiling);
        Trim();
        return new EventPage(floor, end, events, unreadable);
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
        if (_events.Count <= DaemonLimits.RecentEvents)
            return;
        // Half at once, so that it costs little for each event.
        var gone = _events.Count - DaemonLimits.RecentEvents / 2;
        _floor = _events[gone - 1].Sequence;
        _events.RemoveRange(0, gone);
    }
}
