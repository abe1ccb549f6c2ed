using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Yardsticks;

namespace Marketplace.Benchmarks.Rows;

/// <summary>The rows, in the order of the table.</summary>
internal static class AllRows
{
    // What the yardsticks did on the machine that the targets were set on: there a target beside a yardstick comes from.
    private const double OneTripThere = 5300;
    private const double OneTripP50There = 0.45;
    private const double GroupedThere = 14_000;
    private const double ConstantThere = 83_000;

    public static IReadOnlyList<Row> List { get; } =
    [
        Reprice("reprice-64", 64, 5500, 1, "one round trip", OneTripThere),
        Reprice("reprice-256", 256, 14_000, 2, "grouped commits", GroupedThere),
        new LoadRow("reprice-1", "repricing, one connection", async stage =>
            {
                await stage.MeetAllOffersAsync();
                return
                [
                    ("application", stage.ToApplication(Shop.Repricings(), 1)),
                    ("one round trip", stage.ToYardstick(Shop.Repricings(YardstickProgram.OneTrip), 1)),
                ];
            },
            sides => Goal.AtMost("p50 ≤ 0.6 ms", sides[0].P50, 0.6))
        {
            Beside = sides => Goal.AtMost($"p50 ≤ {0.6 / OneTripP50There:0.00} × one round trip", sides[0].P50, sides[1].P50 * 0.6 / OneTripP50There),
            HasTimeGoal = true,
            CostsMost = "identity, validation and the reading of the body before the one round trip.",
        },
        Read("lowest-prices", "lowest prices, 64 connections, 500 products × 4 offers", 40_000, _ => Task.FromResult<Func<string, string[]>>(Shop.LowestPrices)),
        Read("lowest-prices-hot", "the same of one product with 100,000 active offers", 20_000, async stage =>
            {
                await HotProduct.PrepareAsync(stage);
                return prefix => [Shop.Get($"{prefix}/v1/products/{HotProduct.Id}/lowest-prices")];
            },
            scale => scale.IsFull ? null : $"{scale.HotOffers:#,0} offers"),
        new LoadRow("as-of", $"as-of lowest prices of a hot product, a million price changes, {AsOf.Connections} connections", async stage =>
            {
                var scene = await stage.LivelyAsync();
                return [("application", AsOf.ToApplication(scene)), ("the same SQL", await AsOf.ToYardstickAsync(scene))];
            },
            sides => Goal.AtMost("p99 ≤ 5 ms", sides[0].P99, 5))
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
        new GrowthRow(),
        new ComputeRow(),
    ];

    private static LoadRow Read(string name, string what, double perSecond, Func<Stage, Task<Func<string, string[]>>> prepare,
        Func<Scale, string?>? size = null) =>
        new(name, what, async stage =>
            {
                var requests = await prepare(stage);
                return
                [
                    ("application", stage.ToApplication(requests(""), 64)),
                    ("SQL per request", stage.ToYardstick(requests(YardstickProgram.Sql), 64)),
                    ("a constant", stage.ToYardstick([Shop.Get(YardstickProgram.Constant)], 64)),
                ];
            },
            sides => Goal.AtLeast($"≥ {perSecond:#,0}/s", sides[0].PerSecond, perSecond))
        {
            Beside = sides => Goal.AtLeast($"≥ {perSecond / ConstantThere:0.00} × a constant", sides[0].PerSecond, sides[2].PerSecond * perSecond / ConstantThere),
            Size = size ?? (_ => null),
            CostsMost = "the way through the middleware to the endpoint, about 40 µs of the application's time, then the look at the log that readers share (ops/decisions/0017).",
        };

    private static LoadRow Reprice(string name, int connections, double perSecond, int yardstick, string called, double there) =>
        new(name, $"repricing, {connections} connections, 2,000 offers", async stage =>
            {
                await stage.MeetAllOffersAsync();
                return
                [
                    ("application", stage.ToApplication(Shop.Repricings(), connections)),
                    ("one round trip", stage.ToYardstick(Shop.Repricings(YardstickProgram.OneTrip), connections)),
                    ("grouped commits", stage.ToYardstick(Shop.Repricings(YardstickProgram.Grouped), connections)),
                ];
            },
            sides => Goal.AtLeast($"≥ {perSecond:#,0}/s", sides[0].PerSecond, perSecond))
        {
            Beside = sides => Goal.AtLeast($"≥ {perSecond / there:0.00} × {called}", sides[0].PerSecond, sides[yardstick].PerSecond * perSecond / there),
            CostsMost = "the event's and the current offer's row with two indexes each, then the application's way from request to answer (ops/decisions/0016).",
        };
}
