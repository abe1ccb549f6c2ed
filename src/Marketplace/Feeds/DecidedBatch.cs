using Marketplace.Domain;
using Marketplace.Offers;
using Marten;

namespace Marketplace.Feeds;

/// <summary>Consecutive lines of a feed that are decided and not stored yet. Disposing it gives its session back.</summary>
/// <param name="Job">The feed as it stands before them.</param>
/// <param name="States">The offers that they were decided on, by sku.</param>
/// <param name="Batch">What was decided.</param>
/// <param name="Session">The session that their events belong to.</param>
/// <param name="IsLocked">Whether the session holds the offers' streams: nobody can have changed them since.</param>
/// <param name="Began">When the work on them began, UTC.</param>
/// <param name="At">When they were decided, UTC: the instant that their events bear.</param>
public sealed record DecidedBatch(FeedJob Job, IReadOnlyDictionary<string, OfferSnapshot> States, FeedBatch Batch, IDocumentSession Session,
    bool IsLocked, DateTimeOffset Began, DateTimeOffset At) : IAsyncDisposable
{
    /// <summary>What became of each line, in their order.</summary>
    public IReadOnlyList<AppliedLine> Lines => Batch.Lines;

    /// <summary>The feed as it stands behind them.</summary>
    public FeedJob After => Job with { Applied = Job.Applied + Lines.Count };

    /// <summary>Every offer that the lines name, as they leave it.</summary>
    public IReadOnlyDictionary<string, OfferSnapshot> Left =>
        States.ToDictionary(state => state.Key, state => Batch.Changed.GetValueOrDefault(state.Key, state.Value), StringComparer.Ordinal);

    /// <summary>
    /// Whether this batch can be stored while the one before it still is. They must not have to wait for each other within the database, where
    /// this one in the end waits for the other: so they name different offers, and change nothing but prices, which no counter depends on.
    /// </summary>
    public bool CanBeStoredBeside(DecidedBatch before) =>
        !IsLocked && !before.IsLocked && MovesOnlyPrices && before.MovesOnlyPrices && !States.Keys.Any(before.States.ContainsKey);

    private bool MovesOnlyPrices => Batch.Events.Values.All(events => events.TrueForAll(e => e.Data is OfferRepriced));

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
