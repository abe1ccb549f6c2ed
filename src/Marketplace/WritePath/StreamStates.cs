using System.Collections.Concurrent;

namespace Marketplace.WritePath;

/// <summary>
/// The states on which commands are decided: those used last in memory, the others read. A state in memory may be older than the stream,
/// when another instance has written it; the version that goes with every decision tells.
/// </summary>
public sealed class StreamStates<TState>(IStateSource<TState> source) where TState : class
{
    /// <summary>States in memory at the most, for each kind of stream.</summary>
    public const int Capacity = 50_000;

    // Two generations: when the younger is half the capacity, the older is dropped and the younger takes its place. States in use move up.
    private ConcurrentDictionary<string, Versioned<TState>> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, Versioned<TState>> _old = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The state of one stream.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The database cannot be reached.</exception>
    public async ValueTask<Versioned<TState>> GetAsync(string key, CancellationToken ct) =>
        TryGet(key, out var known) ? known : (await ReadAsync([key], ct))[key];

    /// <summary>The states of streams, by key; every key comes once.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The database cannot be reached.</exception>
    public async ValueTask<Dictionary<string, Versioned<TState>>> GetAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var states = new Dictionary<string, Versioned<TState>>(keys.Count, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var key in keys)
        {
            if (TryGet(key, out var known)) states[key] = known;
            else missing.Add(key);
        }
        if (missing.Count == 0) return states;
        foreach (var (key, state) in await ReadAsync(missing, ct)) states[key] = state;
        return states;
    }

    /// <summary>Keeps the state that a commit left. Only who has the stream's turn may do so.</summary>
    public void Put(string key, Versioned<TState> state)
    {
        if (!_young.TryAdd(key, state)) _young[key] = state;
        else if (Interlocked.Increment(ref _count) == Capacity / 2) Rotate();
    }

    /// <summary>Forgets a stream: its state is read again when it is needed.</summary>
    public void Remove(string key)
    {
        if (_young.TryRemove(key, out _)) Interlocked.Decrement(ref _count);
        _old.TryRemove(key, out _);
    }

    private bool TryGet(string key, out Versioned<TState> state)
    {
        if (_young.TryGetValue(key, out state)) return true;
        if (!_old.TryRemove(key, out state)) return false;
        Put(key, state);
        return true;
    }

    private async Task<Dictionary<string, Versioned<TState>>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var read = await source.ReadAsync(keys, ct);
        var states = new Dictionary<string, Versioned<TState>>(keys.Count, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            states[key] = read.GetValueOrDefault(key);
            // A stream that has not begun is not worth a place: whoever asks for what is not there would push out what is.
            if (states[key].Version > 0) Put(key, states[key]);
        }
        return states;
    }

    private void Rotate()
    {
        (_old, _young) = (_young, new ConcurrentDictionary<string, Versioned<TState>>(StringComparer.Ordinal));
        Interlocked.Exchange(ref _count, 0);
    }
}
