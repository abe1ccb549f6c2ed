namespace Marketplace.Operations.Metrics;

/// <summary>The state of one series: a number, or observations counted by size. Any number of threads may add to it at once.</summary>
/// <param name="bounds">The upper bounds of a histogram's buckets, ascending; null for what is a number.</param>
public sealed class Aggregate(double[]? bounds)
{
    private readonly long[] _counts = bounds is null ? [] : new long[bounds.Length + 1];
    private double _value;

    /// <summary>A number: its value. Observations: their sum.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>Adds to a number.</summary>
    public void Add(double delta)
    {
        var seen = Volatile.Read(ref _value);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref _value, seen + delta, seen);
            // Compared bit by bit: a value that is no number is not equal to itself.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen)) return;
            seen = before;
        }
    }

    /// <summary>Sets a number.</summary>
    public void Set(double value) => Volatile.Write(ref _value, value);

    /// <summary>Counts an observation; what is no number is left out.</summary>
    public void Observe(double observed)
    {
        if (double.IsNaN(observed)) return;
        var at = 0;
        while (at < bounds!.Length && observed > bounds[at]) at++;
        Interlocked.Increment(ref _counts[at]);
        Add(observed);
    }

    /// <summary>How many observations are at most as large as each bound, then how many there are at all.</summary>
    public long[] Cumulative()
    {
        var sums = new long[_counts.Length];
        long sum = 0;
        for (var i = 0; i < sums.Length; i++) sums[i] = sum += Volatile.Read(ref _counts[i]);
        return sums;
    }
}
