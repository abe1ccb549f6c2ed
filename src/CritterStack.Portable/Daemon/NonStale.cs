using JasperFx.Events.Projections;
using Marten.Internal;

namespace Marten.Events.Daemon;

/// <summary>Waiting until the projections have caught up, whoever runs them.</summary>
internal static class NonStale
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until every shard has dealt with the events that can be read now; for the first event, when there is none.</summary>
    /// <exception cref="TimeoutException">they have not in time, or there was no event</exception>
    public static async Task WaitAsync(DocumentStore store, TimeSpan timeout)
    {
        string[] names = [ShardState.HighWaterMark, .. ShardWork.Of(store.Options).Select(w => w.Name.Identity)];
        if (names.Length == 1)
            return;
        using var limit = new CancellationTokenSource(timeout, store.Options.EventGraph.TimeProvider);
        IReadOnlyList<ShardState> progress = [];
        long last = 0;
        try
        {
            while ((last = await LastEventAsync(store, limit.Token).ConfigureAwait(false)) == 0)
                await Task.Delay(Poll, store.Options.EventGraph.TimeProvider, limit.Token).ConfigureAwait(false);
            while (true)
            {
                progress = await ProgressTable.AllAsync(store.DataSource, store.Schema, limit.Token).ConfigureAwait(false);
                if (names.All(name => progress.Any(p => p.ShardName == name && p.Sequence >= last)))
                    return;
                await Task.Delay(Poll, store.Options.EventGraph.TimeProvider, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var reached = string.Join(", ", progress.Select(p => $"{p.ShardName} {p.Sequence}"));
            throw new TimeoutException(last == 0
                ? "No event activity was detected within the timeout span"
                : $"Not every projection reached sequence {last} within {timeout}: {reached}");
        }
    }

    private static async Task<long> LastEventAsync(DocumentStore store, CancellationToken token)
    {
        await using var command = store.DataSource.CreateCommand($"select coalesce(max(seq_id), 0) from {store.Schema}.mt_events");
        return (long)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
    }
}
