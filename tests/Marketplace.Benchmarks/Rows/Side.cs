using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Rows;

/// <summary>One side of a row: the application or a yardstick, over all rounds.</summary>
/// <param name="name">The side in a word or two.</param>
internal sealed class Side(string name)
{
    private readonly Latencies _latencies = new();

    public string Name { get; } = name;

    /// <summary>What <see cref="PerSecond"/> counts, where it is not requests.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Whether the application is measured against it; otherwise it only tells what went on beside.</summary>
    public bool IsYardstick { get; init; } = true;

    /// <summary>Whether it may refuse who lost a race: told apart from errors.</summary>
    public bool RefusesLostRaces { get; init; }

    public long Requests { get; private set; }

    public double Seconds { get; private set; }

    public long Errors { get; private set; }

    /// <summary>How many it refused with 409, 412 or 500, where it may.</summary>
    public long Refusals { get; private set; }

    public string? FirstError { get; private set; }

    public double ClientCpu { get; private set; }

    public double ApplicationCpu { get; private set; }

    public double PostgresCpu { get; private set; }

    public long Bytes { get; private set; }

    public double PerSecond => Seconds > 0 ? Requests / Seconds : 0;

    /// <summary>CPU microseconds of application and PostgreSQL for one request: what a busy machine disturbs least.</summary>
    public double CpuPerRequest => Requests > 0 ? (ApplicationCpu + PostgresCpu) * 1e6 / Requests : 0;

    public double P50 => _latencies.Percentile(0.50);

    public double P99 => _latencies.Percentile(0.99);

    /// <summary>Adds something that was measured as a whole.</summary>
    public void Add(long requests, double seconds, double clientCpu, double applicationCpu, double postgresCpu, long bytes = 0)
    {
        Requests += requests;
        Seconds += seconds;
        ClientCpu += clientCpu;
        ApplicationCpu += applicationCpu;
        PostgresCpu += postgresCpu;
        Bytes += bytes;
    }

    /// <summary>Adds one thing that took a while.</summary>
    public void Add(TimeSpan took)
    {
        Add(1, took.TotalSeconds, 0, 0, 0);
        _latencies.Add(took);
    }

    public void Add(LoadResult result)
    {
        Add(result.Requests, result.Seconds, result.ClientCpu, result.ApplicationCpu, result.PostgresCpu, result.Bytes);
        var refusals = RefusesLostRaces ? result.Errors.Where(error => error.Key is 409 or 412 or 500).Sum(error => error.Value) : 0;
        Refusals += refusals;
        Errors += result.Errors.Values.Sum() - refusals;
        FirstError ??= result.FirstError;
        _latencies.Add(result.Latencies);
    }
}
