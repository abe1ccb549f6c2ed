using System.Diagnostics.Metrics;

namespace Marketplace.Operations.Metrics;

/// <summary>Where the measurements of one instrument go, and how they are taken.</summary>
public sealed class Recording
{
    private Recording(MetricFamily family, bool isObserved, Way way) => (Family, IsObserved, _way) = (family, isObserved, way);

    private enum Way
    {
        Add,
        Set,
        Observe,
    }

    private readonly Way _way;

    /// <summary>The family.</summary>
    public MetricFamily Family { get; set; }

    /// <summary>Whether the instrument is asked for its values rather than telling them as they come.</summary>
    public bool IsObserved { get; }

    /// <summary>The recording of an instrument; null for a kind that is not known.</summary>
    public static Recording? Of(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (generic == typeof(Counter<>)) return New(instrument, MetricKind.Counter, Way.Add);
        if (generic == typeof(UpDownCounter<>)) return New(instrument, MetricKind.Gauge, Way.Add);
        if (generic == typeof(Gauge<>)) return New(instrument, MetricKind.Gauge, Way.Set);
        if (generic == typeof(Histogram<>)) return New(instrument, MetricKind.Histogram, Way.Observe);
        if (generic == typeof(ObservableCounter<>)) return New(instrument, MetricKind.Counter, Way.Set);
        return generic == typeof(ObservableGauge<>) || generic == typeof(ObservableUpDownCounter<>) ? New(instrument, MetricKind.Gauge, Way.Set) : null;
    }

    /// <summary>Takes a measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Family.Of(tags);
        switch (_way)
        {
            case Way.Add:
                series.Add(value);
                break;
            case Way.Set:
                series.Set(value);
                break;
            default:
                series.Observe(value);
                break;
        }
    }

    private static Recording New(Instrument instrument, MetricKind kind, Way way) => new(
        new MetricFamily(MetricNames.OfFamily(instrument.Name, instrument.Unit, kind), kind, instrument.Description,
            kind == MetricKind.Histogram ? Buckets.Of(instrument) : null),
        instrument.IsObservable, way);
}
