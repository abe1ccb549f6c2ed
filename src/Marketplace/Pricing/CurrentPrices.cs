using System.Collections.Concurrent;
using Marketplace.Storage;

namespace Marketplace.Pricing;

/// <summary>
/// The lowest prices in force, kept in memory from one change to the next. A reader brings a look at the log that was sent after it had asked;
/// before that look was given to anybody, it made this memory forget every product with an event that had become visible since the look
/// before. So what is still here is what the database would answer to that reader, or newer.
/// <para>
/// A place is taken before its prices are read and given up by whoever forgets the product: what was read before an event and arrives after it
/// is answered to those who asked before, and kept for nobody.
/// </para>
/// </summary>
/// <param name="read">Reads a product's prices by a statement that is sent after the call; null for an unknown product.</param>
public sealed class CurrentPrices(Func<string, Task<ReadyPrices?>> read) : IFollowsLog
{
    /// <summary>The most products that are kept.</summary>
    public const int MostProducts = 50_000;

    /// <summary>The most bytes of answers that are kept.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    /// <summary>How long prices are kept though no event has touched them, for rows that somebody has repaired by hand.</summary>
    public static readonly TimeSpan LongestKept = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);

    // For whoever changes the places; who only looks takes no lock.
    private readonly Lock _gate = new();
    private int _count;
    private long _bytes;

    private sealed class Place(DateTimeOffset since)
    {
        public DateTimeOffset Since => since;
        public TaskCompletionSource<ReadyPrices?> Loading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public volatile ReadyPrices? Prices;
        public volatile bool WasUsed = true;
        public int Bytes;
    }

    /// <summary>How many products are kept, and their bytes: for tests.</summary>
    public (int Products, long Bytes) Kept
    {
        get
        {
            lock (_gate) return (_count, _bytes);
        }
    }

    /// <summary>A product's prices as of a look or newer; null for an unknown product.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="look">A look that began after the reader had asked.</param>
    /// <param name="ct">Ends the wait; the reading goes on for whoever else waits for it.</param>
    /// <exception cref="Npgsql.NpgsqlException">The database cannot be reached.</exception>
    public ValueTask<ReadyPrices?> OfAsync(string productId, Look look, CancellationToken ct)
    {
        if (!_places.TryGetValue(productId, out var place) || look.At - place.Since > LongestKept) place = Take(productId, look);
        if (place.Prices is not { } prices) return new ValueTask<ReadyPrices?>(place.Loading.Task.WaitAsync(ct));
        if (!place.WasUsed) place.WasUsed = true;
        return new ValueTask<ReadyPrices?>(prices);
    }

    /// <inheritdoc />
    public bool IsEmpty => _places.IsEmpty;

    /// <inheritdoc />
    public void OfferOf(string productId)
    {
        // Who takes the place behind this has its prices read by a statement that is yet to be sent.
        if (!_places.ContainsKey(productId)) return;
        lock (_gate) Forget(productId);
    }

    /// <inheritdoc />
    public void Anything()
    {
        lock (_gate)
        {
            _places.Clear();
            (_count, _bytes) = (0, 0);
        }
    }

    private Place Take(string productId, Look look)
    {
        Place? place;
        lock (_gate)
        {
            if (_places.TryGetValue(productId, out place) && look.At - place.Since <= LongestKept) return place;
            Forget(productId);
            place = new Place(look.At);
            _places[productId] = place;
            _count++;
        }
        // The place is there for all to see before anything is read for it: an event that the reading misses takes the place away.
        _ = LoadAsync(productId, place);
        return place;
    }

    private async Task LoadAsync(string productId, Place place)
    {
        try
        {
            var prices = await read(productId);
            lock (_gate) Keep(productId, place, prices);
            place.Loading.SetResult(prices);
        }
        catch (Exception e)
        {
            lock (_gate) Keep(productId, place, null);
            place.Loading.SetException(e);
            // Everyone may have stopped waiting by now.
            _ = place.Loading.Task.Exception;
        }
    }

    private void Keep(string productId, Place place, ReadyPrices? prices)
    {
        if (!_places.TryGetValue(productId, out var current) || current != place) return;
        if (prices is null)
        {
            Forget(productId);
            return;
        }
        (place.Prices, place.Bytes) = (prices, prices.Size);
        _bytes += place.Bytes;
        // Who was used since the last time stays this time.
        if (_count > MostProducts || _bytes > MostBytes) Shrink(spareUsed: true);
        if (_count > MostProducts || _bytes > MostBytes) Shrink(spareUsed: false);
    }

    private void Shrink(bool spareUsed)
    {
        foreach (var (productId, place) in _places)
        {
            // To well below the most, so that it is done seldom.
            if (_count <= MostProducts / 4 * 3 && _bytes <= MostBytes / 4 * 3) return;
            if (place.Prices is null) continue;
            if (spareUsed && place.WasUsed) place.WasUsed = false;
            else Forget(productId);
        }
    }

    private void Forget(string productId)
    {
        if (!_places.TryRemove(productId, out var place)) return;
        _count--;
        _bytes -= place.Bytes;
    }
}
