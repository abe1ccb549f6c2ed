namespace Marketplace.Pricing;

/// <summary>
/// Reads lowest prices from the database, many products to a statement: what is asked for while as many statements run as may waits for the
/// next, together with all else. Many sessions that each run a small statement cost the database far more than a few.
/// </summary>
/// <param name="read">Reads products, none of them twice, in one statement: the prices of each, null for an unknown one.</param>
public sealed class PriceLoads(Func<IReadOnlyCollection<string>, Task<IReadOnlyDictionary<string, ReadyPrices?>>> read)
{
    /// <summary>How many statements run at once.</summary>
    public const int MostAtOnce = 2;

    /// <summary>How many products one statement reads.</summary>
    public const int MostTogether = 250;

    private readonly Lock _gate = new();
    private readonly Queue<Wanted> _waiting = [];
    private int _running;

    private sealed class Wanted(string productId) : TaskCompletionSource<ReadyPrices?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string ProductId => productId;
    }

    /// <summary>A product's prices, read by a statement that is sent after this call; null for an unknown product.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The database cannot be reached.</exception>
    public Task<ReadyPrices?> ReadAsync(string productId)
    {
        var wanted = new Wanted(productId);
        lock (_gate)
        {
            _waiting.Enqueue(wanted);
            if (_running == MostAtOnce) return wanted.Task;
            _running++;
        }
        // Others wait for it too: nothing of the request that began it goes along, and it gives way so that more can join it.
        ThreadPool.UnsafeQueueUserWorkItem(static loads => _ = loads.RunAsync(), this, preferLocal: false);
        return wanted.Task;
    }

    private async Task RunAsync()
    {
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                var found = await read(batch.Select(wanted => wanted.ProductId).ToHashSet(StringComparer.Ordinal));
                foreach (var wanted in batch) wanted.SetResult(found[wanted.ProductId]);
            }
            catch (Exception e)
            {
                foreach (var wanted in batch) wanted.TrySetException(e);
            }
        }
    }

    private List<Wanted> Next()
    {
        lock (_gate)
        {
            var batch = new List<Wanted>(Math.Min(_waiting.Count, MostTogether));
            while (batch.Count < MostTogether && _waiting.TryDequeue(out var wanted)) batch.Add(wanted);
            if (batch.Count == 0) _running--;
            return batch;
        }
    }
}
