using System.Globalization;
using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Rows;

/// <summary>
/// How far the read models that follow the log are behind it while 2,000 writes a second come in over HTTP at an even pace, whether or not
/// the answers keep up. Every 10 ms a writer of its own reprices an offer and notes the position and the moment of the answer; beside it
/// the progress of all projections is read every 2 ms, and what the slowest of them has passed counts from its answer to the end of the
/// look that saw it: a lag is told up to one look too long, never too short. On a machine that cannot do 2,000 a second the rate is three
/// fifths of what it can, and the row says so.
/// </summary>
internal sealed class LagRow : Row
{
    private const double Wanted = 2_000;
    private const double Bearable = 0.6;

    // A rate closer to the most that was done just now is one that it may not keep up.
    private const double Spare = 0.9;
    private const int Connections = 64;

    public override string Name => "lag";

    public override string What => "projection lag under 2,000 writes/s";

    public override bool IsTime => true;

    public override string NextCost => "the size of the pages in which the price history follows (ops/decisions/0016).";

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        await stage.MeetAllOffersAsync();
        var most = await stage.Load.RunAsync(stage.ToApplication(Shop.Repricings(), Connections) with { WarmUpSeconds = options.WarmUp, Seconds = options.Seconds });
        var can = most.Requests / most.Seconds;
        var rate = can * Spare >= Wanted ? Wanted : Math.Floor(can * Bearable);
        var (lag, writes) = (new Side("lag behind the answer") { Unit = " writes" }, new Side("the writes themselves") { IsYardstick = false });
        var fromSending = new Latencies();
        for (var round = 0; round < options.Rounds; round++)
        {
            using var probe = new LagProbe(stage);
            // What the measuring before has left behind is no lag of this one.
            await probe.CatchUpAsync();
            var result = await stage.Load.RunDuringAsync(
                stage.ToApplication(Shop.Repricings(), Connections) with { PerSecond = rate, WarmUpSeconds = 1, Seed = round + 1 },
                async () =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(1));
                    await probe.RunAsync(TimeSpan.FromSeconds(2 * options.Seconds));
                });
            writes.Add(result);
            lag.Add(result with { Latencies = probe.BehindAnswers.Counts });
            fromSending.Add(probe.BehindRequests.Counts);
        }

        return new Finding(this, [lag, writes], Goal.AtMost("p99 ≤ 100 ms", lag.P99, 100))
        {
            Size = rate < Wanted ? $"{rate:#,0} writes/s, {Bearable:0 %} of what this machine does now" : null,
            Note = string.Create(CultureInfo.InvariantCulture,
                $"from the sending of a write to its presence in the slowest read model: p50 {fromSending.Percentile(0.5):0} ms, p99 {fromSending.Percentile(0.99):0} ms; asked for {rate:#,0} writes/s."),
        };
    }
}
