using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Rows;

/// <summary>A row of the table: what is measured, against what, and what it must reach.</summary>
internal abstract class Row
{
    /// <summary>What it is called on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, in a few words.</summary>
    public abstract string What { get; }

    /// <summary>Measures the application and its yardsticks in turns, and says what it must reach.</summary>
    public abstract Task<Finding> MeasureAsync(Stage stage, Options options);
}

/// <summary>What was measured for a row.</summary>
/// <param name="Row">The row.</param>
/// <param name="Sides">The application first, then its yardsticks.</param>
/// <param name="Target">What the row must reach, in words.</param>
/// <param name="IsMet">Whether it reached that here and now.</param>
/// <param name="Note">What the table has no column for, or null.</param>
internal sealed record Finding(Row Row, IReadOnlyList<Side> Sides, string Target, bool IsMet, string? Note = null)
{
    /// <summary>Whether everybody answered without an error.</summary>
    public bool IsClean => Sides.All(side => side.Errors == 0);
}

/// <summary>One side of a row: the application or a yardstick, over all rounds.</summary>
/// <param name="name">The side in a word or two.</param>
internal sealed class Side(string name)
{
    private readonly Latencies _latencies = new();

    public string Name { get; } = name;

    /// <summary>What <see cref="PerSecond"/> counts, where it is not requests.</summary>
    public string Unit { get; init; } = "";

    public long Requests { get; private set; }

    public double Seconds { get; private set; }

    public long Errors { get; private set; }

    public string? FirstError { get; private set; }

    public double ClientCpu { get; private set; }

    public double ApplicationCpu { get; private set; }

    public double PostgresCpu { get; private set; }

    public double PerSecond => Seconds > 0 ? Requests / Seconds : 0;

    /// <summary>CPU microseconds of application and PostgreSQL for one request: what a busy machine disturbs least.</summary>
    public double CpuPerRequest => Requests > 0 ? (ApplicationCpu + PostgresCpu) * 1e6 / Requests : 0;

    public double P50 => _latencies.Percentile(0.50);

    public double P99 => _latencies.Percentile(0.99);

    /// <summary>Adds something that was measured as a whole.</summary>
    public void Add(long requests, double seconds, double clientCpu, double applicationCpu, double postgresCpu)
    {
        Requests += requests;
        Seconds += seconds;
        ClientCpu += clientCpu;
        ApplicationCpu += applicationCpu;
        PostgresCpu += postgresCpu;
    }

    public void Add(LoadResult result)
    {
        Requests += result.Requests;
        Seconds += result.Seconds;
        Errors += result.Errors.Values.Sum();
        FirstError ??= result.FirstError;
        ClientCpu += result.ClientCpu;
        ApplicationCpu += result.ApplicationCpu;
        PostgresCpu += result.PostgresCpu;
        _latencies.Add(result.Latencies);
    }
}
