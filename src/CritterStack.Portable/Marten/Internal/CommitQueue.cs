namespace Marten.Internal;

/// <summary>
/// Lets sessions that save at the same time share a transaction. Whoever finds nothing going on commits at once and alone; those
/// who come meanwhile wait, and are committed together behind it. So the cost of a transaction is shared exactly when there is much
/// to do, and a lone caller never waits.
/// </summary>
internal sealed class CommitQueue(CommitGroup group) : IDisposable
{
    /// <summary>More sessions than these in one transaction gain nothing, and wait longer.</summary>
    private const int MostSessions = 128;

    /// <summary>Events of one transaction, unless a single session has more.</summary>
    private const int MostEvents = 2000;

    /// <summary>Transactions under way at once. There is one, unless it is held up by somebody else's locks or a slow disk.</summary>
    private const int MostLanes = 8;

    /// <summary>A transaction that takes longer than this is held up: those behind it go ahead on another connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(25);

    private readonly Lock _lock = new();
    private readonly LinkedList<PendingCommit> _waiting = [];
    private Timer? _patience;
    private long _lastStart;
    private int _lanes;

    /// <summary>Commits the session's events and what inline projections make of them.</summary>
    public Task CommitAsync(PendingCommit pending)
    {
        lock (_lock)
        {
            _waiting.AddLast(pending);
            if (_lanes > 0)
            {
                _patience ??= new Timer(static queue => ((CommitQueue)queue!).LookForHeldUpLanes(), this, Patience, Patience);
                return pending.Outcome;
            }

            _lanes++;
        }

        _ = RunLaneAsync();
        return pending.Outcome;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _patience?.Dispose();
            _patience = null;
        }
    }

    private async Task RunLaneAsync()
    {
        while (Take() is { } sessions)
        {
            await group.CommitAsync(sessions).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the sessions of the next transaction, in their order; a stream is in it once only. None: the lane is over.</summary>
    private List<PendingCommit>? Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _lanes--;
                return null;
            }

            _lastStart = TimeProvider.System.GetTimestamp();
            var taken = new List<PendingCommit>(Math.Min(_waiting.Count, MostSessions));
            var keys = new HashSet<string>(StringComparer.Ordinal);
            var events = 0;
            for (var node = _waiting.First; node is not null && taken.Count < MostSessions && events < MostEvents;)
            {
                var next = node.Next;
                if (node.Value.Streams.All(stream => !keys.Contains(stream.Key!)))
                {
                    foreach (var stream in node.Value.Streams)
                    {
                        keys.Add(stream.Key!);
                        events += stream.Events.Count;
                    }

                    taken.Add(node.Value);
                    _waiting.Remove(node);
                }

                node = next;
            }

            return taken;
        }
    }

    private void LookForHeldUpLanes()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _patience?.Dispose();
                _patience = null;
                return;
            }

            if (_lanes >= MostLanes || TimeProvider.System.GetElapsedTime(_lastStart) < Patience)
            {
                return;
            }

            _lanes++;
        }

        _ = RunLaneAsync();
    }
}
