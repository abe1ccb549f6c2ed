using System.Diagnostics.Metrics;
using Marketplace.Domain;
using Marketplace.Telemetry;

namespace Marketplace.Feeds;

/// <summary>What operators watch of feeds: the meter <see cref="MeterName"/>. No label names a seller.</summary>
public sealed class FeedMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = $"{ProgramMetrics.MeterName}.Feeds";

    private readonly Counter<long> _lines;
    private readonly Counter<long> _failures;
    private readonly Histogram<int> _batchLines;
    private readonly Histogram<double> _batchSeconds;

    /// <summary>Makes the instruments.</summary>
    public FeedMetrics(FeedQueue queue, IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _lines = meter.CreateCounter<long>("marketplace.feeds.lines", "{line}", "Lines of feeds applied, by outcome.");
        _failures = meter.CreateCounter<long>("marketplace.feeds.batch.failures", "{batch}", "Slices that failed and were tried again, by what it meant.");
        _batchLines = meter.CreateHistogram<int>("marketplace.feeds.batch.lines", "{line}", "Lines of a slice.");
        _batchSeconds = meter.CreateHistogram<double>("marketplace.feeds.batch.duration", "s", "How long a slice took, from its turn to its commit.");
        meter.CreateObservableGauge("marketplace.feeds.sellers", () => queue.Sellers, "{seller}", "Sellers whose feeds wait or are being applied.");
    }

    /// <summary>A slice was applied.</summary>
    public void Applied(IReadOnlyList<AppliedLine> lines, TimeSpan took)
    {
        foreach (var outcome in lines.CountBy(line => line.Outcome))
            _lines.Add(outcome.Value, new KeyValuePair<string, object?>("outcome", Word.Of(outcome.Key)));
        _batchLines.Record(lines.Count);
        _batchSeconds.Record(took.TotalSeconds);
    }

    /// <summary>A slice failed.</summary>
    public void Failed(FeedFailure failure) => _failures.Add(1, new KeyValuePair<string, object?>("failure", failure.ToString()));
}
