using System.Diagnostics.Metrics;

namespace Marketplace.Telemetry;

/// <summary>What this program counts of its own work, beside what its frameworks count: the instruments of the meter <c>Marketplace</c>.</summary>
/// <remarks>No label names a seller, a product or a caller: their number has no bound, and they are nobody's business who reads metrics.</remarks>
public sealed class ProgramMetrics
{
    /// <summary>The meter's name; parts of the program may have meters whose names begin with it and a dot.</summary>
    public const string MeterName = "Marketplace";

    private readonly Counter<long> _commands;
    private readonly Counter<long> _events;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _replays;

    /// <summary>Makes the instruments.</summary>
    public ProgramMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _commands = meter.CreateCounter<long>("marketplace.commands", "{command}", "Commands decided, by stream and outcome: recorded, unchanged, refused or contended.");
        _events = meter.CreateCounter<long>("marketplace.events.recorded", "{event}", "Events recorded, by stream.");
        _refused = meter.CreateCounter<long>("marketplace.requests.refused", "{request}",
            "Requests refused before they were looked at, by reason: rate (429) or overload (503).");
        _replays = meter.CreateCounter<long>("marketplace.idempotency.replays", "{request}", "Writes answered again as they were answered the first time.");
    }

    /// <summary>A command was decided.</summary>
    /// <param name="stream">The kind of stream.</param>
    /// <param name="outcome">How: <c>recorded</c>, <c>unchanged</c>, <c>refused</c> or <c>contended</c>.</param>
    /// <param name="events">The events it recorded.</param>
    public void Decided(string stream, string outcome, int events)
    {
        _commands.Add(1, new("stream", stream), new("outcome", outcome));
        if (events > 0) Recorded(stream, events);
    }

    /// <summary>Events were recorded.</summary>
    /// <param name="stream">The kind of stream.</param>
    /// <param name="events">How many.</param>
    public void Recorded(string stream, int events) => _events.Add(events, new KeyValuePair<string, object?>("stream", stream));

    /// <summary>A request was refused because its caller sends too many.</summary>
    public void RefusedForRate() => _refused.Add(1, new KeyValuePair<string, object?>("reason", "rate"));

    /// <summary>A request was refused because there is too much work.</summary>
    public void RefusedForOverload() => _refused.Add(1, new KeyValuePair<string, object?>("reason", "overload"));

    /// <summary>A repeated write was answered as the first was.</summary>
    public void Replayed() => _replays.Add(1);
}
