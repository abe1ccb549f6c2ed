using System.Globalization;
using System.Net;

namespace PlayPrices;

/// <summary>What has happened so far, counted from many connections at once.</summary>
public sealed class Tally
{
    private readonly Lock gate = new();
    private readonly Latencies latencies = new();
    private readonly SortedDictionary<int, (long Count, string First)> errors = [];

    public long Done { get; private set; }
    public long Failed { get; private set; }
    public long Retried { get; private set; }
    public long HighestPosition { get; private set; }

    /// <summary>Accepted writes that left the version as it was: the offer had that price already.</summary>
    public long Unchanged { get; private set; }

    public void CountUnchanged()
    {
        lock (gate)
            Unchanged++;
    }

    public void Count(Answer answer)
    {
        lock (gate)
        {
            Done++;
            Retried += answer.Attempts - 1;
            HighestPosition = Math.Max(HighestPosition, answer.Position ?? 0);
            latencies.Add(answer.Took);
            if (answer.Succeeded)
                return;
            Failed++;
            var seen = errors.GetValueOrDefault((int)answer.Status, (0, answer.Problem ?? ""));
            errors[(int)answer.Status] = (seen.Count + 1, seen.First);
        }
    }

    /// <summary>One line of progress; <paramref name="rateNow"/> is the rate of the last moment, null at the end.</summary>
    public string Progress(long total, double? rateNow, TimeSpan elapsed)
    {
        lock (gate)
        {
            var (culture, rate) = (CultureInfo.InvariantCulture, Done / elapsed.TotalSeconds);
            var now = rateNow is null ? "" : string.Create(culture, $"now {rateNow,7:N0}/s  ");
            return string.Create(culture, $"{Done,9:N0} of {total:N0} ({100.0 * Done / total:0}%)  {now}overall {rate,7:N0}/s  ")
                + $"{latencies}  errors {Failed}  retries {Retried}";
        }
    }

    public IEnumerable<string> Errors()
    {
        lock (gate)
            return [.. errors.Select(e => string.Create(CultureInfo.InvariantCulture,
                $"{e.Value.Count,9:N0} × {e.Key} {(HttpStatusCode)e.Key}, the first: {e.Value.First}"))];
    }
}

/// <summary>How long requests took, in buckets 2% wide from 1 µs to over 30 s: constant memory for a run of any length.</summary>
public sealed class Latencies
{
    private const double Growth = 1.02;
    private readonly long[] buckets = new long[900];
    private long count;
    private TimeSpan longest;

    public void Add(TimeSpan took)
    {
        var bucket = (int)(Math.Log(Math.Max(1, took.TotalMicroseconds)) / Math.Log(Growth));
        buckets[Math.Min(bucket, buckets.Length - 1)]++;
        count++;
        longest = took > longest ? took : longest;
    }

    /// <summary>The upper edge of the bucket below which this share of the requests lies, in milliseconds.</summary>
    public double Milliseconds(double share)
    {
        var wanted = (long)Math.Ceiling(count * share);
        var seen = 0L;
        for (var bucket = 0; bucket < buckets.Length; bucket++)
            if ((seen += buckets[bucket]) >= wanted)
                return Math.Min(Math.Pow(Growth, bucket + 1) / 1000, longest.TotalMilliseconds);
        return longest.TotalMilliseconds;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"p50 {Milliseconds(0.5):0.00} ms  p99 {Milliseconds(0.99):0.00} ms  max {longest.TotalMilliseconds:0.0} ms");
}
