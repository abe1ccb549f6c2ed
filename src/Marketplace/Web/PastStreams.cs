using Marketplace.Storage;
using Marten;

namespace Marketplace.Web;

/// <summary>What a single stream amounted to at an instant: the fold of its own events, never of the log.</summary>
public static class PastStreams
{
    /// <summary>The state at the instant (UTC, effective time), by effective time, then position; null when nothing held by then.</summary>
    public static async Task<TState?> FoldAsync<TState>(this IQuerySession session, string key, DateTimeOffset at, CancellationToken ct)
        where TState : class, IStreamState<TState>
    {
        var events = await session.Events.FetchStreamAsync(key, token: ct);
        return events.Where(e => e.EffectiveAt() <= at)
            .OrderBy(e => e.EffectiveAt()).ThenBy(e => e.Sequence)
            .Aggregate((TState?)null, TState.Fold);
    }
}
