using System.Collections.Concurrent;

namespace Marten.Internal;

/// <summary>
/// The latest committed states that this process knows, by stream. Bounded: states are kept in two generations, and what was
/// not asked for during a whole generation is forgotten. A state may be older than the database's: whoever decides upon it has
/// its version checked on saving.
/// </summary>
internal sealed class AggregateCache<T>
    where T : class
{
    private readonly Lock _turning = new();
    private readonly int _generationSize;
    private ConcurrentDictionary<string, Entry> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, Entry> _old = new(StringComparer.Ordinal);
    private int _youngCount;

    public AggregateCache(int sizeLimit) => _generationSize = Math.Max(1, sizeLimit / 2);

    public bool TryGet(string key, out T? state, out long version)
    {
        if (_young.TryGetValue(key, out var entry) || Promoted(key, out entry))
        {
            (state, version) = (entry.State, entry.Version);
            return true;
        }

        (state, version) = (null, 0);
        return false;
    }

    /// <summary>Keeps a committed state, unless a later one is known.</summary>
    public void Store(string key, T? state, long version)
    {
        // A state known in the old generation only is brought along, so that the later of the two wins.
        if (!_young.ContainsKey(key))
        {
            Promoted(key, out _);
        }

        Add(key, new Entry(state, version));
    }

    /// <summary>Forgets a state that was found stale; a later one stays.</summary>
    public void Forget(string key, long version)
    {
        if (_young.TryGetValue(key, out var young) && young.Version <= version
            && _young.TryRemove(KeyValuePair.Create(key, young)))
        {
            Interlocked.Decrement(ref _youngCount);
        }

        if (_old.TryGetValue(key, out var old) && old.Version <= version)
        {
            _old.TryRemove(KeyValuePair.Create(key, old));
        }
    }

    private bool Promoted(string key, out Entry entry)
    {
        if (!_old.TryRemove(key, out entry!))
        {
            return false;
        }

        Add(key, entry);
        return true;
    }

    private void Add(string key, Entry entry)
    {
        while (true)
        {
            if (_young.TryGetValue(key, out var known))
            {
                if (known.Version >= entry.Version || _young.TryUpdate(key, entry, known))
                {
                    return;
                }
            }
            else if (_young.TryAdd(key, entry))
            {
                break;
            }
        }

        if (Interlocked.Increment(ref _youngCount) > _generationSize)
        {
            TurnGeneration();
        }
    }

    private void TurnGeneration()
    {
        lock (_turning)
        {
            if (_youngCount > _generationSize)
            {
                _old = _young;
                _young = new ConcurrentDictionary<string, Entry>(StringComparer.Ordinal);
                _youngCount = 0;
            }
        }
    }

    private sealed record Entry(T? State, long Version);
}
