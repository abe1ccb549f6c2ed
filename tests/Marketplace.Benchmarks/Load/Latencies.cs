using System.Numerics;

namespace Marketplace.Benchmarks.Load;

/// <summary>
/// Counts of latencies in buckets that grow with the latency: 64 to each doubling, so that a percentile is right to 1.6 percent from a
/// microsecond to an hour, and counts of several runs can be added.
/// </summary>
public sealed class Latencies(long[] counts)
{
    private const int Steps = 64;

    /// <summary>Nothing counted yet.</summary>
    public Latencies()
        : this(new long[Steps * 30])
    {
    }

    /// <summary>The counts, by bucket.</summary>
    public long[] Counts { get; } = counts;

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan latency)
    {
        var micros = (ulong)Math.Max(0, latency.TotalMicroseconds);
        var doubling = Math.Max(0, BitOperations.Log2(micros | 1) - 5);
        var bucket = (doubling * Steps / 2) + (int)(micros >> doubling);
        Interlocked.Increment(ref Counts[Math.Min(bucket, Counts.Length - 1)]);
    }

    /// <summary>Adds what another run counted.</summary>
    public void Add(long[] counts)
    {
        for (var i = 0; i < counts.Length; i++)
            Counts[i] += counts[i];
    }

    /// <summary>The latency that this share of all stayed within, in milliseconds; 0 when nothing was counted.</summary>
    public double Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Counts.Sum() * share);
        for (int i = 0, half = Steps / 2; i < Counts.Length; i++)
        {
            if ((wanted -= Counts[i]) <= 0)
            {
                var doubling = Math.Max(0, (i / half) - 1);
                return ((long)(i - (doubling * half)) << doubling) / 1000.0;
            }
        }

        return 0;
    }
}
