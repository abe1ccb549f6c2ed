using System.Diagnostics.Metrics;

namespace Marketplace.Operations.Metrics;

/// <summary>The buckets of histograms.</summary>
public static class Buckets
{
    /// <summary>Of requests and statements, in seconds: from half a millisecond, which is what most take here, to ten seconds.</summary>
    public static readonly double[] Fast = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>Of connections and whatever else lasts, in seconds: to ten minutes.</summary>
    public static readonly double[] Long = [0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600];

    /// <summary>Of anything that is no time.</summary>
    public static readonly double[] Sizes = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

    /// <summary>The buckets of an instrument.</summary>
    public static double[] Of(Instrument instrument) => instrument switch
    {
        { Name: "kestrel.connection.duration" } => Long,
        { Unit: "s" } => Fast,
        Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } own } => [.. own.Order()],
        _ => Sizes,
    };
}
