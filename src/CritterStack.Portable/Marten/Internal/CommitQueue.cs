namespace Marten.Internal;

/// <summary>
/// Lets sessions that save at the same time share a transaction. Whoever finds nothing going on commits at once and alone; those
/// who come meanwhile wait, and are committed together behind it. So the cost of a transaction is shared exactly when there is much
/// to do, and a lone caller never waits. One transaction runs at a time; only behind one that is held up does another go ahead.
/// </summary>
internal sealed class CommitQueue(CommitGroup group) : IDisposable
{
    /// <summary>More sessions than these in one transaction gain nothing, and wait longer.</summary>
    private const int MostSessions = 128;

    /// <summary>Events of one transaction, unless a single session has more.</summary>
    private const int MostEvents = 2000;

    /// <summary>Transactions under way at once. There is one, unless it is held up by somebody else's locks.</summary>
    private const int MostLanes = 8;

    /// <summary>A transaction that takes so many times longer than they usually do is held up, and not merely on a busy machine.</summary>
    private const int HeldUpFactor = 4;

    /// <summary>How much a transaction counts in what they usually take.</summary>
    private const double Weight = 0.125;

    /// <summary>The least that a transaction must take to count as held up; also how often that is looked at.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(25);

    /// <summary>Whatever takes longer than this is held up, however long transactions usually take.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly LinkedList<PendingCommit> _waiting = [];
    private Timer? _lookout;
    private TimeSpan _usual;

    /// <summary>The lane whose transaction began last, as long as that is under way.</summary>
    private Lane? _latest;

    private int _lanes;

    /// <summary>After this long, those behind a transaction go ahead of it on another connection.</summary>
    private TimeSpan Patience => TimeSpan.FromTicks(
        Math.Clamp(_usual.Ticks * HeldUpFactor, LeastPatience.Ticks, LongestPatience.Ticks));

    /// <summary>Commits the session's events and what inline projections make of them.</summary>
    public Task CommitAsync(PendingCommit pending)
    {
        lock (_lock)
        {
            _waiting.AddLast(pending);
            if (_lanes > 0)
            {
                _lookout ??= new Timer(static queue => ((CommitQueue)queue!).LookForHeldUpLanes(), this, LeastPatience, LeastPatience);
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
            _lookout?.Dispose();
            _lookout = null;
        }
    }

    private async Task RunLaneAsync()
    {
        var lane = new Lane();
        while (Take(lane) is { } sessions)
        {
            await group.CommitAsync(sessions).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the sessions of the next transaction, in their order; a stream is in it once only. None: the lane is over.</summary>
    private List<PendingCommit>? Take(Lane lane)
    {
        lock (_lock)
        {
            if (lane.Started != 0)
            {
                Learn(TimeProvider.System.GetElapsedTime(lane.Started));
            }

            if (_latest == lane)
            {
                _latest = null;
            }

            // A lane that was held up leaves the queue to the one that has gone ahead of it: two would share the cost among fewer.
            if (_waiting.Count == 0 || (_latest is { } ahead && !IsHeldUp(ahead)))
            {
                _lanes--;
                return null;
            }

            lane.Started = TimeProvider.System.GetTimestamp();
            _latest = lane;
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

    private bool IsHeldUp(Lane lane) => TimeProvider.System.GetElapsedTime(lane.Started) >= Patience;

    /// <summary>What was held up says little of how long transactions take: it counts as no more than what was waited for it.</summary>
    private void Learn(TimeSpan took)
    {
        var counted = took < Patience ? took : Patience;
        _usual += (counted - _usual) * Weight;
    }

    private void LookForHeldUpLanes()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _lookout?.Dispose();
                _lookout = null;
                return;
            }

            if (_lanes >= MostLanes || (_latest is { } latest && !IsHeldUp(latest)))
            {
                return;
            }

            _lanes++;
        }

        _ = RunLaneAsync();
    }

    /// <summary>Transactions one after another.</summary>
    private sealed class Lane
    {
        /// <summary>When the one under way began; 0 before the first.</summary>
        public long Started { get; set; }
    }
}
