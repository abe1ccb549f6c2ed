using Marketplace.Benchmarks.Yardsticks;

namespace Marketplace.Benchmarks.Rows;

/// <summary>The rows, in the order of the table.</summary>
internal static class AllRows
{
    public static IReadOnlyList<Row> List { get; } =
    [
        Reprice("reprice-64", 64, "≥ 5,500/s", sides => sides[0].PerSecond >= 5500),
        Reprice("reprice-256", 256, "≥ 14,000/s", sides => sides[0].PerSecond >= 14_000),
        new LoadRow("reprice-1", "repricing, one connection", stage =>
            [
                ("application", stage.ToApplication(Shop.Repricings(), 1)),
                ("one round trip", stage.ToYardstick(Shop.Repricings(YardstickProgram.OneTrip), 1)),
            ],
            "p50 ≤ 0.6 ms", sides => sides[0].P50 <= 0.6)
        {
            Prepare = MeetAllOffersAsync,
        },
        Read("lowest-prices", "lowest prices, 64 connections, 500 products × 4 offers", Shop.LowestPrices, 40_000),
        Read("lowest-prices-hot", "the same of one product with 100,000 active offers",
            prefix => [Shop.Get($"{prefix}/v1/products/{HotProduct.Id}/lowest-prices")], 20_000, HotProduct.PrepareAsync),
        new FeedRow(),
    ];

    private static LoadRow Read(string name, string what, Func<string, string[]> requests, int perSecond, Func<Stage, Task>? prepare = null) =>
        new(name, what, stage =>
            [
                ("application", stage.ToApplication(requests(""), 64)),
                ("SQL per request", stage.ToYardstick(requests(YardstickProgram.Sql), 64)),
                ("a constant", stage.ToYardstick([Shop.Get(YardstickProgram.Constant)], 64)),
            ],
            $"≥ {perSecond:#,0}/s", sides => sides[0].PerSecond >= perSecond)
        {
            Prepare = prepare ?? (_ => Task.CompletedTask),
        };

    private static LoadRow Reprice(string name, int connections, string target, Func<IReadOnlyList<Side>, bool> isMet) =>
        new(name, $"repricing, {connections} connections, 2,000 offers", stage =>
            [
                ("application", stage.ToApplication(Shop.Repricings(), connections)),
                ("one round trip", stage.ToYardstick(Shop.Repricings(YardstickProgram.OneTrip), connections)),
                ("grouped commits", stage.ToYardstick(Shop.Repricings(YardstickProgram.Grouped), connections)),
            ],
            target, isMet)
        {
            Prepare = MeetAllOffersAsync,
        };

    // What a program that has been running for a while has: the offers in its memory, its statements prepared, its code compiled.
    private static async Task MeetAllOffersAsync(Stage stage)
    {
        foreach (var plan in new[]
            {
                stage.ToApplication(Shop.Repricings(), 16),
                stage.ToYardstick(Shop.Repricings(YardstickProgram.OneTrip), 16),
                stage.ToYardstick(Shop.Repricings(YardstickProgram.Grouped), 16),
            })
            await stage.Load.RunAsync(plan with { Once = true });
    }
}
