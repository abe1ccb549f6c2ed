namespace Marketplace.Feeds;

/// <summary>
/// The sellers whose feeds wait, in memory of one instance: the next is always the one who has not been served for the longest time, so that
/// a newcomer goes first and nobody goes twice while another waits. The database knows whose feeds there are; this only puts them in turn.
/// </summary>
public sealed class FeedQueue
{
    /// <summary>Of how many sellers it is remembered when they were served; past that, of the half served last.</summary>
    public const int MostRemembered = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _waitingSince = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _servedAt = new(StringComparer.Ordinal);
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _turn;

    /// <summary>Sellers with feeds that wait or are being applied here.</summary>
    public int Sellers
    {
        get
        {
            lock (_lock) return _waitingSince.Count + _taken.Count(seller => !_waitingSince.ContainsKey(seller));
        }
    }

    /// <summary>Whether a seller waits whom nobody serves.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (_lock) return _waitingSince.Keys.Any(seller => !_taken.Contains(seller));
        }
    }

    /// <summary>A seller has a feed that is not finished.</summary>
    public void Add(string sellerId)
    {
        TaskCompletionSource woken;
        lock (_lock)
        {
            if (!_waitingSince.TryAdd(sellerId, ++_turn) || _taken.Contains(sellerId)) return;
            woken = _change;
            _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        woken.TrySetResult();
    }

    /// <summary>
    /// Takes the seller whose turn it is; nobody else is given the same one before <see cref="Return"/>.
    /// </summary>
    /// <param name="sellerId">The seller.</param>
    /// <param name="change">When there is none: completes once there may be one.</param>
    public bool TryTake(out string sellerId, out Task change)
    {
        lock (_lock)
        {
            change = _change.Task;
            sellerId = "";
            var longest = (Served: long.MaxValue, Waiting: long.MaxValue);
            foreach (var (seller, since) in _waitingSince)
            {
                var turn = (_servedAt.GetValueOrDefault(seller), since);
                if (_taken.Contains(seller) || turn.CompareTo(longest) >= 0) continue;
                (longest, sellerId) = (turn, seller);
            }
            if (sellerId.Length == 0) return false;
            _waitingSince.Remove(sellerId);
            _taken.Add(sellerId);
            Remember(sellerId);
            return true;
        }
    }

    /// <summary>Gives a seller back after a batch.</summary>
    /// <param name="sellerId">The seller.</param>
    /// <param name="hasMore">Whether more of the seller's lines wait, as far as is known.</param>
    public void Return(string sellerId, bool hasMore)
    {
        bool waits;
        lock (_lock)
        {
            _taken.Remove(sellerId);
            waits = _waitingSince.Remove(sellerId) || hasMore;
        }
        if (waits) Add(sellerId);
    }

    private void Remember(string sellerId)
    {
        _servedAt[sellerId] = ++_turn;
        if (_servedAt.Count <= MostRemembered) return;
        foreach (var (seller, _) in _servedAt.OrderBy(served => served.Value).Take(MostRemembered / 2).ToArray()) _servedAt.Remove(seller);
    }
}
