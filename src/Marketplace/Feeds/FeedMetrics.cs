using System.Diagnostics.Metrics;
using Marketplace.Domain;

namespace Marketplace.Feeds;

/// <summary>What operators watch of feeds: the meter <see cref="MeterName"/>.</summary>
public sealed class FeedMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Marketplace.Feeds";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _lines;
    private readonly Counter<long> _failures;
    private readonly Histogram<int> _batchLines;
    private readonly Histogram<double> _batchSeconds;

    /// <summary>Makes the instruments.</summary>
    public FeedMetrics(FeedQueue queue)
    {
        _lines = _meter.CreateCounter<long>("marketplace.feeds.lines", "{line}", "Lines of feeds applied, by outcome.");
        _failures = _meter.CreateCounter<long>("marketplace.feeds.batch.failures", "{batch}", "Batches that failed and were tried again, by what it meant.");
        _batchLines = _meter.CreateHistogram<int>("marketplace.feeds.batch.lines", "{line}", "Lines of a batch.");
        _batchSeconds = _meter.CreateHistogram<double>("marketplace.feeds.batch.duration", "s", "How long a batch took, from claim to commit.");
        _meter.CreateObservableGauge("marketplace.feeds.sellers", () => queue.Sellers, "{seller}", "Sellers whose feeds wait or are being applied.");
    }

    /// <summary>A batch was applied.</summary>
    public void Applied(IReadOnlyList<AppliedLine> lines, TimeSpan took)
    {
        foreach (var outcome in lines.CountBy(line => line.Outcome))
            _lines.Add(outcome.Value, new KeyValuePair<string, object?>("outcome", Word.Of(outcome.Key)));
        _batchLines.Record(lines.Count);
        _batchSeconds.Record(took.TotalSeconds);
    }

    /// <summary>A batch failed.</summary>
    public void Failed(FeedFailure failure) => _failures.Add(1, new KeyValuePair<string, object?>("failure", failure.ToString()));

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
