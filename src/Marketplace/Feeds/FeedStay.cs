using Npgsql;

namespace Marketplace.Feeds;

/// <summary>
/// A worker's stay with a seller whom it has claimed, on one feed. While a batch is being stored the next one is read and decided, on the
/// offers as the first leaves them: it is good if and only if that is stored. Not to be used by two threads at once.
/// </summary>
public sealed class FeedStay(BatchDecider decider, BatchStore store, NpgsqlConnection connection, FeedJob job) : IAsyncDisposable
{
    private readonly KnownOffers _known = new();
    private Task<DecidedBatch?>? _ahead;

    /// <summary>The feed as it stands.</summary>
    public FeedJob Job { get; private set; } = job;

    /// <summary>Applies the next lines.</summary>
    /// <param name="most">The most lines; of a batch that is decided already, as many as it has.</param>
    /// <param name="way">How they are decided.</param>
    /// <param name="isLast">Whether the worker will leave after this batch.</param>
    /// <param name="ct">Cancels up to the commit.</param>
    /// <returns>What became of the lines.</returns>
    /// <exception cref="NpgsqlException">The database refused or is lost; what is stored can be seen from the feed's row.</exception>
    /// <exception cref="JasperFx.ConcurrencyException">An offer moved on meanwhile; nothing was stored.</exception>
    /// <exception cref="OffersMovedOnException">Likewise.</exception>
    /// <exception cref="FeedMovedOnException">The feed moved on or was cancelled; nothing was stored.</exception>
    public async Task<IReadOnlyList<AppliedLine>> ApplyAsync(int most, BatchWay way, bool isLast, CancellationToken ct)
    {
        try
        {
            await using var batch = await NextAsync(most, way, ct);
            var stored = store.StoreAsync(batch, ct);
            if (way == BatchWay.Checked && !isLast && batch.After.Applied < Job.Lines) _ahead = DecideAheadAsync(batch, most, ct);
            await stored;
            Job = batch.After;
            return batch.Lines;
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

    private async Task<DecidedBatch> NextAsync(int most, BatchWay way, CancellationToken ct)
    {
        if (way != BatchWay.Checked)
        {
            await ForgetAsync();
            return await decider.DecideLockedAsync(connection, Job, most, way == BatchWay.GivenUp, ct);
        }
        var ahead = _ahead;
        _ahead = null;
        return ahead is not null && await ahead is { } decided ? decided : await decider.DecideAsync(connection, Job, most, _known, ct);
    }

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
        if (_ahead is { } ahead && await ahead is { } decided) await decided.DisposeAsync();
        _ahead = null;
        _known.Forget();
    }
}
