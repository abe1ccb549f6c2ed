using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Feeds.Lines;
using Marketplace.Offers;
using Marketplace.Storage;
using Marketplace.WritePath;

namespace Marketplace.Feeds;

/// <summary>
/// Consecutive lines of a feed that commit together. They are decided one after another, each on the state that the lines before it have
/// left, in memory: nothing is read and nothing is stored here. Every event says of itself who, why and which line.
/// </summary>
/// <param name="job">The feed as it stands before them.</param>
/// <param name="states">The state and version of every offer that the lines name, by stream key.</param>
/// <param name="listed">The products that the lines name and that are listed.</param>
/// <param name="at">When they are decided, UTC to the microsecond.</param>
/// <param name="newEvent">Makes an event that is not stored yet.</param>
public sealed class FeedSlice(FeedJob job, IReadOnlyDictionary<string, Versioned<Offer>> states, IReadOnlySet<string> listed, DateTimeOffset at,
    Func<object, Intent, IEvent> newEvent)
{
    private readonly Dictionary<string, Versioned<Offer>> _after = new(StringComparer.Ordinal);
    private readonly List<(string Key, List<IEvent> Events)> _appends = [];
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly List<AppliedLine> _lines = [];

    /// <summary>What became of each line, in their order.</summary>
    public IReadOnlyList<AppliedLine> Lines => _lines;

    /// <summary>The feed as it stands after them.</summary>
    public FeedJob After => job with { Applied = job.Applied + Lines.Count };

    /// <summary>The events by offer, in the order of the lines.</summary>
    public IReadOnlyList<StreamAppend> Appends() => _appends.ConvertAll(append =>
    {
        var (offer, version) = states[append.Key];
        return new StreamAppend(append.Key, typeof(Offer), version, offer?.EffectiveAt, append.Events);
    });

    /// <summary>The offers that get no event, with the version that the lines were decided on.</summary>
    public IReadOnlyList<(string Key, long Version)> Unchanged =>
        [.. _named.Where(key => !_after.ContainsKey(key)).Select(key => (key, states[key].Version))];

    /// <summary>Decides the next line.</summary>
    /// <param name="line">The line as it was read.</param>
    /// <returns>
    /// False when the line belongs to the next slice: the offer has events here already, and others' events follow them. A stream comes once in
    /// a transaction, and the log keeps the order of the lines.
    /// </returns>
    public bool TryDecide(FeedLine line)
    {
        var applied = line.Command is { } command ? Decide(line, command) : AppliedLine.Rejected(line.MessageId, line.Sku, line.Errors);
        if (applied is null) return false;
        _lines.Add(applied);
        return true;
    }

    /// <summary>Takes the next line as one that nothing can be said about but that it failed.</summary>
    public void GiveUp(FeedLine line) => _lines.Add(AppliedLine.Rejected(line.MessageId, line.Sku, LineRefusals.Unforeseen));

    /// <summary>The states that the slice leaves once it is committed, with the times that its events got then.</summary>
    public IEnumerable<(string Key, Versioned<Offer> State)> Left()
    {
        foreach (var (key, events) in _appends)
            yield return (key, new Versioned<Offer>(events.Aggregate(states[key].State, Offer.Fold), _after[key].Version));
    }

    private AppliedLine? Decide(FeedLine line, LineCommand command)
    {
        if (command.ProductId is { } productId && !listed.Contains(productId))
            return AppliedLine.Rejected(line.MessageId, line.Sku, LineError.Of(OfferAnswers.UnknownProduct(productId)));
        var key = StreamKeys.Offer(job.SellerId, command.Sku);
        var (offer, version) = _after.TryGetValue(key, out var after) ? after : states[key];
        _named.Add(key);
        var decision = command.Decide(job.SellerId, offer);
        if (decision.Refusal is { } refusal) return AppliedLine.Rejected(line.MessageId, line.Sku, LineError.Of(refusal));
        if (decision.Events.Count == 0) return new AppliedLine(line.MessageId, line.Sku, LineOutcome.Unchanged, version, []);
        if (_after.ContainsKey(key) && _appends[^1].Key != key) return null;

        var intent = IntentOf(command.Reason);
        // All of a line or nothing: the events join the others once every one of them has been folded.
        var events = new List<IEvent>(decision.Events.Count);
        foreach (var fact in decision.Events)
        {
            var e = newEvent(fact, intent);
            e.Timestamp = at;
            offer = Offer.Fold(offer, e);
            events.Add(e);
        }
        version += events.Count;
        if (_after.ContainsKey(key)) _appends[^1].Events.AddRange(events);
        else _appends.Add((key, events));
        _after[key] = new Versioned<Offer>(offer, version);
        return new AppliedLine(line.MessageId, line.Sku, LineOutcome.Accepted, version, []);
    }

    private Intent IntentOf(string? reason)
    {
        var place = $"{job.FeedId}#{job.Applied + Lines.Count + 1}";
        return new Intent(job.Actor, Cause.Feed) { Reference = place, Reason = reason, CorrelationId = job.CorrelationId, CausationId = place };
    }
}
