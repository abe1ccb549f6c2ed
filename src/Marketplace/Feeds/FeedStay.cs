using Npgsql;

namespace Marketplace.Feeds;

/// <summary>
/// A worker's stay with a seller whom it has claimed, on one feed. While a batch is being stored the next one is read and decided, on the
/// offers as the first leaves them: it is good if and only if that is stored. Where the two cannot get in each other's way it is stored beside
/// the first, and committed behind it. Not to be used by two threads at once.
/// </summary>
public sealed class FeedStay(BatchDecider decider, BatchStore store, NpgsqlConnection connection, FeedJob job) : IAsyncDisposable
{
    private readonly KnownOffers _known = new();
    // At most two: what is stored behind another has to wait for that before it can be committed, so a third would only wait longer.
    private readonly Queue<StoringBatch> _storing = new(2);
    private Task<DecidedBatch?>? _ahead;

    /// <summary>Whether lines are being stored that no answer has told of yet.</summary>
    public bool IsStoring => _storing.Count > 0;

    /// <summary>The feed as it stands.</summary>
    public FeedJob Job { get; private set; } = job;

    /// <summary>Applies the next lines.</summary>
    /// <param name="most">The most lines; of a batch that is decided already, as many as it has.</param>
    /// <param name="way">How they are decided.</param>
    /// <param name="isLast">Whether the worker will leave: then nothing is begun but what it has asked for.</param>
    /// <param name="ct">Cancels up to the commit.</param>
    /// <returns>What became of the lines, and how long storing them took.</returns>
    /// <exception cref="NpgsqlException">The database refused or is lost; what is stored can be seen from the feed's row.</exception>
    /// <exception cref="JasperFx.ConcurrencyException">An offer moved on meanwhile; nothing was stored.</exception>
    /// <exception cref="OffersMovedOnException">Likewise.</exception>
    /// <exception cref="FeedMovedOnException">The feed moved on or was cancelled; nothing was stored.</exception>
    public async Task<(IReadOnlyList<AppliedLine> Lines, TimeSpan Took)> ApplyAsync(int most, BatchWay way, bool isLast, CancellationToken ct)
    {
        try
        {
            var goesOn = way == BatchWay.Checked && !isLast;
            if (_storing.Count == 0) Store(await NextAsync(most, way, ct), goesOn, most, ct);
            var first = _storing.Peek();
            if (goesOn && _storing.Count == 1 && await AheadAsync() is { } next && next.CanBeStoredBeside(first.Batch)) Store(next, goesOn, most, ct);
            var took = await first.Stored;
            _storing.Dequeue();
            Job = first.Batch.After;
            return (first.Batch.Lines, took);
        }
        catch
        {
            // What is decided ahead stands on something that is not there.
            await ForgetAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await ForgetAsync();

    private void Store(DecidedBatch batch, bool goesOn, int most, CancellationToken ct)
    {
        _ahead = null;
        _storing.Enqueue(new StoringBatch(store, batch, _storing.LastOrDefault(), ct));
        if (goesOn && batch.After.Applied < Job.Lines) _ahead = DecideAheadAsync(batch, most, ct);
    }

    private async Task<DecidedBatch> NextAsync(int most, BatchWay way, CancellationToken ct)
    {
        if (way == BatchWay.Checked) return await AheadAsync() ?? await decider.DecideAsync(connection, Job, most, _known, ct);
        await ForgetAsync();
        return await decider.DecideLockedAsync(connection, Job, most, way == BatchWay.GivenUp, ct);
    }

    // The batch behind those that are being stored; it stays what comes next until it is stored itself.
    private async Task<DecidedBatch?> AheadAsync() => _ahead is { } ahead ? await ahead : null;

    // Null when it failed: whether that means anything shows when the same is tried in its turn.
    private async Task<DecidedBatch?> DecideAheadAsync(DecidedBatch before, int most, CancellationToken ct)
    {
        try
        {
            _known.Learn(before.Left);
            return await decider.DecideAsync(connection, before.After, most, _known, ct);
        }
        catch
        {
            return null;
        }
    }

    private async Task ForgetAsync()
    {
        while (_storing.TryDequeue(out var storing)) await ((Task)storing.Stored).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_ahead is { } ahead && await ahead is { } decided) await decided.DisposeAsync();
        _ahead = null;
        _known.Forget();
    }
}
