using System.Diagnostics;

namespace Marketplace.Feeds;

/// <summary>A batch that is being stored.</summary>
public sealed class StoringBatch
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Begins to store a batch.</summary>
    /// <param name="store">Stores it.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="before">The one before it where that is still being stored: this one is committed behind it, or not at all.</param>
    /// <param name="ct">Cancels up to the commit.</param>
    public StoringBatch(BatchStore store, DecidedBatch batch, StoringBatch? before, CancellationToken ct)
    {
        Batch = batch;
        Begun = BeginAsync(before, ct);
        Stored = StoreAsync(store, before, ct);
    }

    /// <summary>The batch.</summary>
    public DecidedBatch Batch { get; }

    /// <summary>Completes when the transaction holds the batch's own lock, so that another may be begun behind it.</summary>
    public Task Begun { get; }

    /// <summary>Completes when the batch is committed, with how long that took; fails as <see cref="BatchStore.StoreAsync"/> does.</summary>
    public Task<TimeSpan> Stored { get; }

    private async Task BeginAsync(StoringBatch? before, CancellationToken ct)
    {
        // A batch whose lock is not there yet could not be waited for.
        if (before is not null) await before.Begun;
        if (!Batch.IsLocked) await BatchStore.BeginAsync(Batch.Session, Batch.Job, ct);
    }

    private async Task<TimeSpan> StoreAsync(BatchStore store, StoringBatch? before, CancellationToken ct)
    {
        await using var batch = Batch;
        await Begun;
        await store.StoreAsync(batch, before?.Batch, ct);
        return Stopwatch.GetElapsedTime(_started);
    }
}
