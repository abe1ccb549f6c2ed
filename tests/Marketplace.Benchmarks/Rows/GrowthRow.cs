using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Scenes;
using static Marketplace.Benchmarks.Output.Cells;

namespace Marketplace.Benchmarks.Rows;

/// <summary>
/// What repricing and lowest prices cost with more offers, what a reading of the past costs with a longer log, and what an event takes on
/// disk. Each size is a database of its own, whose log is made (<see cref="GeneratedLog"/>) and whose read models the application has built,
/// with a freshly started application on it. Repricing is measured twice: each of up to 20,000 offers for the first time, when the
/// application must read its stream, then the same offers over and over, when it has them in memory.
/// </summary>
internal sealed class GrowthRow : Row
{
    private const int Connections = 64;
    private const int MostOffersUsed = 20_000;

    private static readonly string[] OfferColumns =
    [
        "offers", "start to ready ms", "repricing, first: /s", "CPU µs", "again: /s", "p50 ms", "p99 ms", "CPU µs", "lowest prices: /s", "p50 ms", "p99 ms", "CPU µs",
    ];

    private static readonly string[] LogColumns =
        ["log", "events", "as-of: /s", "p50 ms", "p99 ms", "CPU µs", "bytes of an event: event store", "read models in its transaction", "behind the log"];

    public override string Name => "growth";

    public override string What => "cost by number of offers and length of the log; bytes on disk (tables of their own)";

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        var (offers, logs) = (new List<string[]>(), new List<string[]>());
        await using (var few = await Scene.SetAsync(stage, LogShape.Lively(options.Scale.FewEvents)))
            logs.Add(await OfLogAsync(stage, few, options));
        logs.Add(await OfLogAsync(stage, await stage.LivelyAsync(), options));
        foreach (var count in options.Scale.Offers)
        {
            await using var scene = await Scene.SetAsync(stage, LogShape.JustPosted(count));
            logs.Add(["just posted", Number(scene.Shape.Events, "#,0"), "", "", "", "", .. await BytesAsync(scene)]);
            offers.Add(await OfOffersAsync(stage, scene, options));
        }

        var left = options.Scale.IsFull ? "" : "; quick: the sizes of 100,000 and above are left out";
        return new Finding(this, [])
        {
            Grids =
            [
                new Grid($"By number of offers, {Connections} connections, four offers to a product, random ones of up to {MostOffersUsed:#,0}; CPU of application and PostgreSQL for a request{left}:", OfferColumns, offers),
                new Grid($"By length of the log, {AsOf.Connections} connections, a hot product, random instants of all its history; sizes with their indexes, just built{(options.Scale.IsFull ? "" : "; quick: short logs")}:", LogColumns, logs),
            ],
        };
    }

    private static async Task<string[]> OfOffersAsync(Stage stage, Scene scene, Options options)
    {
        var repricings = scene.Shape.Repricings(options.Scale.IsFull ? MostOffersUsed : MostOffersUsed / 5).ToArray();
        // Another order than that of the offers, in which neighbours share pages.
        new Random(1).Shuffle(repricings);
        var readings = scene.Shape.LowestPrices(MostOffersUsed / 5).ToArray();
        var first = await MeasureAsync("first", scene.ToApplication(repricings, Connections) with { Once = true });
        var again = await MeasureAsync("again", Timed(scene.ToApplication(repricings, Connections)));
        var lowest = await MeasureAsync("lowest prices", Timed(scene.ToApplication(readings, Connections)));
        return
        [
            Number(scene.Shape.Offers, "#,0"), Number(scene.ReadyIn.TotalMilliseconds, "#,0"),
            Rate(first), Cpu(first),
            Rate(again), Milliseconds(again.P50), Milliseconds(again.P99), Cpu(again),
            Rate(lowest), Milliseconds(lowest.P50), Milliseconds(lowest.P99), Cpu(lowest),
        ];

        LoadPlan Timed(LoadPlan plan) => plan with { WarmUpSeconds = options.WarmUp, Seconds = options.Seconds };

        async Task<Side> MeasureAsync(string name, LoadPlan plan)
        {
            var side = new Side(name);
            side.Add(await stage.Load.RunAsync(plan));
            return side.Errors == 0 ? side : throw new InvalidOperationException($"{scene.Shape.Name}, {name}: {side.FirstError}");
        }
    }

    private static async Task<string[]> OfLogAsync(Stage stage, Scene scene, Options options)
    {
        var asOf = new Side("as-of");
        asOf.Add(await stage.Load.RunAsync(AsOf.ToApplication(scene) with { WarmUpSeconds = options.WarmUp, Seconds = options.Seconds }));
        return
        [
            "lively", Number(scene.Shape.Events, "#,0"), Rate(asOf), Milliseconds(asOf.P50), Milliseconds(asOf.P99), Cpu(asOf),
            .. await BytesAsync(scene),
        ];
    }

    private static async Task<string[]> BytesAsync(Scene scene)
    {
        var bytes = await DiskUse.MeasureAsync(scene);
        return [.. new[] { bytes.EventStore, bytes.Inline, bytes.Behind }.Select(total => Number((double)total / scene.Shape.Events, "0"))];
    }

    private static string Rate(Side side) => Number(side.PerSecond, "#,0");

    private static string Cpu(Side side) => Number(side.CpuPerRequest, "0");
}
