using Marketplace.Storage;
using Marten;

namespace Marketplace.WritePath;

/// <summary>Reads a state by folding its stream. A slice whose streams grow long registers a source that reads them at constant cost.</summary>
public sealed class FoldedStates<TState>(IDocumentStore store) : IStateSource<TState> where TState : class, IStreamState<TState>
{
    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, Versioned<TState>>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var states = new Dictionary<string, Versioned<TState>>(keys.Count, StringComparer.Ordinal);
        await using var session = store.QuerySession();
        foreach (var key in keys) states[key] = await ReadAsync(session, key, 0, ct);
        return states;
    }

    /// <summary>The state at a version; 0 is the present one.</summary>
    public static async Task<Versioned<TState>> ReadAsync(IQuerySession session, string key, long version, CancellationToken ct)
    {
        TState? state = null;
        var events = await session.Events.FetchStreamAsync(key, version, token: ct);
        foreach (var e in events) state = TState.Fold(state, e);
        return new Versioned<TState>(state, events.Count == 0 ? 0 : events[^1].Version);
    }
}
