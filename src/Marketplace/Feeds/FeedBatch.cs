using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Feeds.Lines;
using Marketplace.Offers;
using Marketplace.Storage;

namespace Marketplace.Feeds;

/// <summary>
/// Decides consecutive lines of a feed one after another, each on the state that the lines before it have left, in memory. Nothing is read
/// and nothing is stored here. Every event says of itself who, why and which line.
/// </summary>
/// <param name="job">The feed.</param>
/// <param name="states">The state and version of every offer that the lines name; one that is missing is not posted.</param>
/// <param name="listed">The products that the lines name and that are listed.</param>
/// <param name="at">When the events are recorded, UTC to the microsecond.</param>
/// <param name="wrap">Wraps a fact as an event that is not stored yet.</param>
public sealed class FeedBatch(
    FeedJob job, IReadOnlyDictionary<string, OfferSnapshot> states, IReadOnlySet<string> listed, DateTimeOffset at, Func<object, IEvent> wrap)
{
    private readonly Dictionary<string, OfferSnapshot> _now = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<IEvent>> _events = new(StringComparer.Ordinal);
    private readonly List<AppliedLine> _lines = [];

    /// <summary>What became of each line, in their order.</summary>
    public IReadOnlyList<AppliedLine> Lines => _lines;

    /// <summary>The new events of each offer by its sku, in their order.</summary>
    public IReadOnlyDictionary<string, List<IEvent>> Events => _events;

    /// <summary>The offers that have new events, by their skus, as those leave them.</summary>
    public IReadOnlyDictionary<string, OfferSnapshot> Changed => _now;

    /// <summary>Decides the next line.</summary>
    /// <param name="number">Its number in the feed.</param>
    /// <param name="line">The line as it was read.</param>
    public void Decide(int number, FeedLine line) =>
        _lines.Add(line.Command is { } command ? Decide(number, line, command) : AppliedLine.Rejected(line.MessageId, line.Sku, line.Errors));

    /// <summary>Takes the next line as one that nobody can say anything about but that it failed.</summary>
    public void GiveUp(FeedLine? line) => _lines.Add(AppliedLine.Rejected(line?.MessageId, line?.Sku, LineRefusals.Unforeseen));

    private AppliedLine Decide(int number, FeedLine line, LineCommand command)
    {
        if (command.ProductId is { } productId && !listed.Contains(productId))
            return AppliedLine.Rejected(line.MessageId, line.Sku, LineError.Of(OfferAnswers.UnknownProduct(productId)));
        var (offer, version) = _now.TryGetValue(command.Sku, out var changed) ? changed : states.GetValueOrDefault(command.Sku);
        var decision = command.Decide(job.SellerId, offer);
        if (decision.Refusal is { } refusal)
            return AppliedLine.Rejected(line.MessageId, line.Sku, LineError.Of(refusal));
        if (decision.Events.Count == 0)
            return new AppliedLine(line.MessageId, line.Sku, LineOutcome.Unchanged, version, []);

        var intent = IntentOf(number, command.Reason);
        // All of a line or nothing: the events join the others once every one of them has been folded.
        var events = new List<IEvent>(decision.Events.Count);
        foreach (var fact in decision.Events)
        {
            var e = wrap(fact);
            e.Timestamp = at;
            EventFacts.Describe(e, intent, EffectiveTime.Of(null, at, offer?.EffectiveAt));
            offer = Offer.Fold(offer, e);
            events.Add(e);
        }
        version += events.Count;
        _now[command.Sku] = new OfferSnapshot(offer, version);
        if (_events.TryGetValue(command.Sku, out var before)) before.AddRange(events);
        else _events[command.Sku] = events;
        return new AppliedLine(line.MessageId, line.Sku, LineOutcome.Accepted, version, []);
    }

    private Intent IntentOf(int number, string? reason)
    {
        var place = $"{job.FeedId}#{number}";
        return new Intent(job.Actor, Cause.Feed) { Reference = place, Reason = reason, CorrelationId = job.CorrelationId, CausationId = place };
    }
}
