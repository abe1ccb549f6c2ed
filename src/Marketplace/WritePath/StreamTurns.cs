namespace Marketplace.WritePath;

/// <summary>
/// Turns of streams: commands on one stream are decided one after another within an instance, so that they never race each other to the
/// database. First come, first served. Who takes several turns takes them in the order of the keys.
/// </summary>
public sealed class StreamTurns
{
    private readonly Lock _lock = new();

    // Every stream whose turn is taken, with those who wait for it.
    private readonly Dictionary<string, Queue<TaskCompletionSource>?> _taken = new(StringComparer.Ordinal);

    /// <summary>Takes the turn of one stream; disposing gives it back.</summary>
    public async ValueTask<IDisposable> TakeAsync(string key, CancellationToken ct)
    {
        await WaitAsync(key, ct);
        return new Taken(this, [key]);
    }

    /// <summary>Takes the turns of several streams; disposing gives them back.</summary>
    /// <param name="keys">The streams, each once.</param>
    /// <param name="ct">Cancels the wait; no turn is kept then.</param>
    public async ValueTask<IDisposable> TakeAsync(IEnumerable<string> keys, CancellationToken ct)
    {
        var taken = new Taken(this, []);
        try
        {
            foreach (var key in keys.Order(StringComparer.Ordinal))
            {
                await WaitAsync(key, ct);
                taken.Add(key);
            }
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private Task WaitAsync(string key, CancellationToken ct)
    {
        TaskCompletionSource waiter;
        lock (_lock)
        {
            if (_taken.TryAdd(key, null)) return Task.CompletedTask;
            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_taken[key] ??= new Queue<TaskCompletionSource>()).Enqueue(waiter);
        }
        return ct.CanBeCanceled ? WaitAsync(waiter, ct) : waiter.Task;
    }

    private static async Task WaitAsync(TaskCompletionSource waiter, CancellationToken ct)
    {
        await using var _ = ct.Register(() => waiter.TrySetCanceled(ct));
        await waiter.Task;
    }

    private void Return(string key)
    {
        lock (_lock)
        {
            // Who has given up waiting is passed over.
            while (_taken[key] is { } waiting && waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult()) return;
            }
            _taken.Remove(key);
        }
    }

    private sealed class Taken(StreamTurns turns, List<string> keys) : IDisposable
    {
        public void Add(string key) => keys.Add(key);

        public void Dispose()
        {
            foreach (var key in keys) turns.Return(key);
            keys.Clear();
        }
    }
}
