namespace Marketplace.Benchmarks.Load;

/// <summary>What the load process is told to send, one JSON line.</summary>
/// <param name="Port">The port on 127.0.0.1.</param>
/// <param name="Requests">
/// Whole requests, head and body. Five characters <see cref="PriceMark"/> in a body are overwritten with a random price each time.
/// </param>
/// <param name="Connections">Connections kept open, one request at a time on each.</param>
public sealed record LoadPlan(int Port, string[] Requests, int Connections)
{
    /// <summary>Where a random price goes.</summary>
    public const string PriceMark = "##.##";

    /// <summary>Sent before anything is counted, in seconds.</summary>
    public double WarmUpSeconds { get; init; }

    /// <summary>Counted, in seconds. 0: until the next line of the input, or with <see cref="Once"/> until all is sent.</summary>
    public double Seconds { get; init; }

    /// <summary>Every request once, in order, rather than random ones over and over.</summary>
    public bool Once { get; init; }

    /// <summary>At most so many requests a second over all connections, evenly; 0: as many as are answered.</summary>
    public double PerSecond { get; init; }

    /// <summary>What the random choices begin from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The process whose CPU time counts as the application's.</summary>
    public int ApplicationId { get; init; }

    /// <summary>The postmaster, whose CPU time counts together with its children's.</summary>
    public int PostmasterId { get; init; }
}

/// <summary>What came of a plan, one JSON line.</summary>
/// <param name="Requests">Answers counted.</param>
/// <param name="Seconds">Over how long.</param>
/// <param name="Errors">Answers of 400 and above, by status; 0 for lost connections.</param>
/// <param name="FirstError">The first of them, cut short.</param>
/// <param name="Latencies">How many answers fell into each bucket of <see cref="Load.Latencies"/>.</param>
/// <param name="ClientCpu">CPU seconds of the load process.</param>
/// <param name="ApplicationCpu">CPU seconds of the application.</param>
/// <param name="PostgresCpu">CPU seconds of all processes of PostgreSQL.</param>
/// <param name="Bytes">How much was received, heads and bodies.</param>
public sealed record LoadResult(
    long Requests,
    double Seconds,
    IReadOnlyDictionary<int, long> Errors,
    string? FirstError,
    long[] Latencies,
    double ClientCpu,
    double ApplicationCpu,
    double PostgresCpu,
    long Bytes);
