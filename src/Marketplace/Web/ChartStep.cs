namespace Marketplace.Web;

/// <summary>
/// One step of a lowest price: what it was from this instant (UTC, effective time) until the next step's.
/// <see cref="Price"/> is the landed price in the chart's currency, null while nothing was on sale.
/// </summary>
public readonly record struct ChartStep(DateTimeOffset From, decimal? Price);

/// <summary>What the chart shows: the steps, in order of time, and the span of time they are drawn on.</summary>
/// <param name="Title">What is charted, in words.</param>
/// <param name="Currency">ISO 4217 code of all prices.</param>
/// <param name="From">The left edge, UTC. A step that began earlier is cut off there.</param>
/// <param name="To">The right edge, UTC: the last step is in force until there.</param>
/// <param name="Steps">Ordered by time; read once, so that a long history can be streamed.</param>
public sealed record Chart(
    string Title,
    string Currency,
    DateTimeOffset From,
    DateTimeOffset To,
    IEnumerable<ChartStep> Steps);
