using System.Diagnostics;
using System.Globalization;
using Marketplace.Benchmarks.Processes;

namespace Marketplace.Benchmarks.Rows;

/// <summary>
/// A feed of 100,000 repricings of 20,000 offers by one seller, while another reprices over HTTP at a bounded rate. What counts is the time
/// from the answer to the upload until the feed is done; the upload's own time is told beside it.
/// </summary>
internal sealed class FeedRow : Row
{
    private const int RepricingsOfEach = 5;
    // Enough that a request is held up by the server and not by the one before it on its connection: each sends one in 80 ms.
    private const int HttpConnections = 16;
    private const double HttpPerSecond = 200;
    private const string Seller = "feeder";

    // Rounds that are not measured: under load the compiler takes its time to bring code to its best, and a program that takes feeds runs for days.
    private const int WarmUps = 2;

    public override string Name => "feed";

    public override string What => "a feed of 100,000 repricings of 20,000 offers, another seller repricing over HTTP";

    public override string NextCost => "Marten's function that appends to a stream, called for each line; then moving the current offers in the ladder's index, and the price history (ops/decisions/0016).";

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        var (lines, offers) = (options.Scale.FeedLines, options.Scale.FeedLines / RepricingsOfEach);
        using var feeds = new FeedClient(stage, Seller);
        await feeds.ApplyAsync(Posting(offers));
        var (feed, beside, yardstick) = (new Side("application") { Unit = " lines" }, new Side("HTTP beside it") { IsYardstick = false }, new Side("INSERT and UPDATE") { Unit = " lines" });
        var uploads = new List<string>();
        await FeedYardstick.PrepareAsync(stage, Seller, offers);
        var warmUps = options.Scale.IsFull ? WarmUps : 0;
        for (var round = 0; round < warmUps + options.Rounds; round++)
        {
            var isMeasured = round >= warmUps;
            var http = await stage.Load.RunDuringAsync(
                stage.ToApplication([.. Shop.RepricingsOf("seller-00")], HttpConnections) with { PerSecond = HttpPerSecond, WarmUpSeconds = 0.5 },
                () => FeedAsync(round, isMeasured));
            if (!isMeasured)
                continue;
            beside.Add(http);
            var (began, clock) = (CpuTime.OfFamily(stage.Cluster.ProcessId), Stopwatch.StartNew());
            await FeedYardstick.RunAsync(stage, Seller, lines, offers);
            yardstick.Add(lines, clock.Elapsed.TotalSeconds, 0, 0, CpuTime.OfFamily(stage.Cluster.ProcessId) - began);
        }

        return new Finding(this, [feed, yardstick, beside],
            Goal.AtLeast("≥ 0.4 × INSERT and UPDATE", feed.PerSecond, 0.4 * yardstick.PerSecond),
            Goal.AtMost("HTTP p99 < 100 ms", beside.P99, 100))
        {
            Size = options.Scale.IsFull ? null : $"{lines:#,0} of {offers:#,0}",
            Note = $"{lines} lines were uploaded in {string.Join(", ", uploads)}; the HTTP repricing beside it was asked for {HttpPerSecond}/s and took {beside.P50:0} / {beside.P99:0} ms (p50 / p99).",
        };

        async Task FeedAsync(int round, bool isMeasured)
        {
            // A moment to be sure that the other seller's requests are under way.
            await Task.Delay(TimeSpan.FromSeconds(1));
            var before = Cpu(stage);
            var (upload, applied) = await feeds.ApplyAsync(Repricing(round, lines, offers));
            var after = Cpu(stage);
            if (!isMeasured)
                return;
            feed.Add(lines, applied.TotalSeconds, after.Client - before.Client, after.Application - before.Application, after.Postgres - before.Postgres);
            uploads.Add(upload.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture));
        }
    }

    private static (double Client, double Application, double Postgres) Cpu(Stage stage) =>
        (CpuTime.OfThisProcess(), CpuTime.Of(stage.Application.Id), CpuTime.OfFamily(stage.Cluster.ProcessId));

    /// <summary>A feed that posts offers.</summary>
    public static byte[] Posting(int offers) => FeedClient.Body(Enumerable.Range(0, offers).Select(n =>
        $$$"""{"op":"put","sku":"{{{Sku(n)}}}","productId":"{{{Shop.Product(n % Shop.ProductCount)}}}","listingType":"used","condition":"good","price":{"amount":9.99,"currency":"USD"},"quantity":3}"""));

    // Every offer five times, each time at another price than before, in this round and the one before it.
    private static byte[] Repricing(int round, int lines, int offers) => FeedClient.Body(Enumerable.Range(0, lines).Select(n =>
        $$$"""{"op":"patch","sku":"{{{Sku(n * 7 % offers)}}}","price":{"amount":{{{(10 + (round * RepricingsOfEach) + (n / offers)).ToString(CultureInfo.InvariantCulture)}}}.49,"currency":"USD"}}"""));

    private static string Sku(int n) => $"sku-{n:00000}";
}
