using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Peer;
using Marketplace.Benchmarks.Yardsticks;

namespace Marketplace.Benchmarks.Rows;

/// <summary>The rows, in the order of the table.</summary>
internal static class AllRows
{
    // How much slower the hot product may be than the others, or they than it.
    private const double HotWithin = 1.2;

    public static IReadOnlyList<Row> List { get; } =
    [
        Reprice("reprice-64", 64, sides => [AtLeast(1.4, sides, 1), AtLeast(5, sides, 3)]),
        Reprice("reprice-256", 256, sides => [AtLeast(1.0, sides, 2), AtLeast(8, sides, 3)]),
        Reprice("reprice-1", 1, sides => [AtMost(1.5, "p50", sides, 1, side => side.P50), AtMost(0.6, "p50", sides, 3, side => side.P50)], isTime: true),
        Read("lowest-prices", "lowest prices, 64 connections, 500 products × 4 offers", _ => Task.FromResult<Func<string, string[]>>(Shop.LowestPrices)),
        Read("lowest-prices-hot", "the same of one product with 100,000 active offers", async stage =>
            {
                await HotProduct.PrepareAsync(stage);
                return prefix => [Shop.Get($"{prefix}/v1/products/{HotProduct.Id}/lowest-prices")];
            },
            scale => scale.IsFull ? null : $"{scale.HotOffers:#,0} offers", besideMany: true),
        new LoadRow("as-of", $"as-of lowest prices of a hot product, a million price changes, {AsOf.Connections} connections", async stage =>
            {
                var scene = await stage.LivelyAsync();
                return [("application", AsOf.ToApplication(scene)), ("the same SQL", await AsOf.ToYardstickAsync(scene))];
            },
            sides => [AtMost(1.5, "p99", sides, 1, side => side.P99)])
        {
            HasTimeGoal = true,
            Size = scale => scale.IsFull ? null : $"{scale.Events:#,0} events",
            CostsMost = "finding out through which position the log and the history are complete: two round trips before the one that answers.",
        },
        new RebuildRow(),
        new StreamRow(),
        new LagRow(),
        new StartRow(),
        new FeedRow(),
        new MemoryRow(),
        new GrowthRow(),
        new ComputeRow(),
    ];

    private static LoadRow Read(string name, string what, Func<Stage, Task<Func<string, string[]>>> prepare, Func<Scale, string?>? size = null, bool besideMany = false) =>
        new(name, what, async stage =>
            {
                var requests = await prepare(stage);
                IReadOnlyList<(string, LoadPlan)> sides =
                [
                    ("application", stage.ToApplication(requests(""), 64)),
                    ("SQL per request", stage.ToYardstick(requests(YardstickProgram.Sql), 64)),
                    ("a constant", stage.ToYardstick([Shop.Get(YardstickProgram.Constant)], 64)),
                ];
                return besideMany ? [.. sides, ("500 products", stage.ToApplication(Shop.LowestPrices(), 64))] : sides;
            },
            sides => besideMany ? [AtLeast(0.55, sides, 2), Within(HotWithin, sides, 3)] : [AtLeast(0.55, sides, 2)])
        {
            Size = size ?? (_ => null),
            CostsMost = "the way through the middleware to the endpoint, about 40 µs of the application's time, then the look at the log that readers share (ops/decisions/0017).",
        };

    private static LoadRow Reprice(string name, int connections, Func<IReadOnlyList<Side>, IReadOnlyList<Goal>> goals, bool isTime = false) =>
        new(name, $"repricing, {(connections == 1 ? "one connection" : $"{connections} connections")}, 2,000 offers", async stage =>
            {
                await stage.MeetAllOffersAsync();
                return
                [
                    ("application", stage.ToApplication(Shop.Repricings(), connections)),
                    ("one round trip", stage.ToYardstick(Shop.Repricings(YardstickProgram.OneTrip), connections)),
                    ("grouped commits", stage.ToYardstick(Shop.Repricings(YardstickProgram.Grouped), connections)),
                    (LoadRow.Peer, stage.To(await stage.PeerAsync(), PeerShop.Repricings(), connections)),
                ];
            },
            goals)
        {
            HasTimeGoal = isTime,
            CostsMost = "Marten's function that appends to a stream, half of PostgreSQL's time; then the current offer's row and its place in the ladder's index (ops/decisions/0016).",
        };

    private static Goal AtLeast(double times, IReadOnlyList<Side> sides, int yardstick) =>
        Goal.AtLeast($"≥ {times:0.0#} × {sides[yardstick].Name}", sides[0].PerSecond, times * sides[yardstick].PerSecond);

    private static Goal AtMost(double times, string what, IReadOnlyList<Side> sides, int yardstick, Func<Side, double> time) =>
        Goal.AtMost($"{what} ≤ {times:0.0#} × {sides[yardstick].Name}", time(sides[0]), times * time(sides[yardstick]));

    private static Goal Within(double times, IReadOnlyList<Side> sides, int other)
    {
        var (one, two) = (sides[0].PerSecond, sides[other].PerSecond);
        return Goal.AtMost($"within {times:0.0#} × of {sides[other].Name}", Math.Max(one, two) / Math.Min(one, two), times);
    }
}
