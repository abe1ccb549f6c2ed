namespace Marketplace.Operations.Metrics;

/// <summary>What a family of samples is, in the words of the text format.</summary>
public enum MetricKind
{
    /// <summary>A number that only grows.</summary>
    Counter,

    /// <summary>A number that comes and goes.</summary>
    Gauge,

    /// <summary>Observations counted by size.</summary>
    Histogram,
}
