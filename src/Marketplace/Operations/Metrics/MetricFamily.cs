using System.Collections.Concurrent;

namespace Marketplace.Operations.Metrics;

/// <summary>All series of one name. Recording into a series that is known makes no garbage and takes no lock.</summary>
/// <param name="name">The name in the text format.</param>
/// <param name="kind">What it is.</param>
/// <param name="help">What it says, in a sentence, or null.</param>
/// <param name="bounds">The bounds of a histogram's buckets, else null.</param>
public sealed class MetricFamily(string name, MetricKind kind, string? help, double[]? bounds)
{
    /// <summary>The most series of one family; whatever comes beyond is counted in one series of its own.</summary>
    public const int MostSeries = 1_000;

    private readonly ConcurrentDictionary<int, Known> _known = new();
    private readonly Dictionary<string, Aggregate> _series = new(StringComparer.Ordinal);
    private int _remembered;

    /// <summary>The name in the text format.</summary>
    public string Name => name;

    /// <summary>What it is.</summary>
    public MetricKind Kind => kind;

    /// <summary>What it says, or null.</summary>
    public string? Help => help;

    /// <summary>The upper bounds of the buckets, ascending; null for what is no histogram.</summary>
    public IReadOnlyList<double>? Bounds => bounds;

    /// <summary>The series as they are, by their labels' text.</summary>
    public IReadOnlyList<KeyValuePair<string, Aggregate>> Series
    {
        get { lock (_series) return [.. _series.OrderBy(one => one.Key, StringComparer.Ordinal)]; }
    }

    /// <summary>The series of some tags.</summary>
    public Aggregate Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = Hash(tags);
        if (_known.TryGetValue(hash, out var known))
            for (var one = known; one is not null; one = one.Next)
                if (IsSame(one.Tags, tags)) return one.Series;
        return Remember(hash, tags);
    }

    /// <summary>Forgets every series: what is observed anew for each answer tells all of them each time.</summary>
    public void Clear()
    {
        lock (_series)
        {
            _series.Clear();
            _known.Clear();
            _remembered = 0;
        }
    }

    private Aggregate Remember(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels.Of(tags);
        lock (_series)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                if (_series.Count >= MostSeries) labels = Labels.Overflow;
                if (!_series.TryGetValue(labels, out series)) _series[labels] = series = new Aggregate(bounds);
            }
            // Tags may come in another order, or differ in what labels do not show: that, too, is remembered only so often.
            if (_remembered++ < 2 * MostSeries) _known[hash] = new Known(tags.ToArray(), series, _known.GetValueOrDefault(hash));
            return series;
        }
    }

    private static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = new HashCode();
        foreach (var tag in tags)
        {
            hash.Add(tag.Key);
            hash.Add(tag.Value);
        }
        return hash.ToHashCode();
    }

    private static bool IsSame(KeyValuePair<string, object?>[] known, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (known.Length != tags.Length) return false;
        for (var i = 0; i < known.Length; i++)
            if (known[i].Key != tags[i].Key || !Equals(known[i].Value, tags[i].Value)) return false;
        return true;
    }

    private sealed record Known(KeyValuePair<string, object?>[] Tags, Aggregate Series, Known? Next);
}
