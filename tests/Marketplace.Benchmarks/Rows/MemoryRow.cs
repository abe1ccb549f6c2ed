using System.Globalization;
using Marketplace.Benchmarks.Processes;

namespace Marketplace.Benchmarks.Rows;

/// <summary>
/// The most memory that the application has resident while it is under load: repricing over very many connections, then lowest prices of many
/// products, then a feed. It is the process that the other rows were measured on, with all that they left in its caches.
/// </summary>
internal sealed class MemoryRow : Row
{
    private const double MostMegabytes = 500;
    private const int Writers = 256;
    private const int Readers = 64;
    private const string Seller = "memory";

    public override string Name => "memory";

    public override string What => $"resident memory under load: repricing over {Writers} connections, reading over {Readers}, a feed";

    public override string NextCost => "what is allocated between two collections (Marketplace.csproj says how much), then the caches of streams and prices.";

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        await stage.MeetAllOffersAsync();
        var application = new Side("application");
        using var memory = new MemoryWatch(stage.Application.Id);
        for (var round = 0; round < options.Rounds; round++)
        {
            application.Add(await stage.Load.RunAsync(stage.ToApplication(Shop.Repricings(), Writers) with { Seconds = options.Seconds, Seed = round + 1 }));
            application.Add(await stage.Load.RunAsync(stage.ToApplication(Shop.LowestPrices(), Readers) with { Seconds = options.Seconds, Seed = round + 1 }));
        }

        using var feeds = new FeedClient(stage, Seller);
        await feeds.ApplyAsync(FeedRow.Posting(options.Scale.FeedLines));
        var most = memory.MostMegabytes;
        return new Finding(this, [application], Goal.AtMost("≤ 500 MB", most, MostMegabytes))
        {
            Size = options.Scale.IsFull ? null : $"a feed of {options.Scale.FeedLines:#,0} lines",
            Note = string.Create(CultureInfo.InvariantCulture, $"at most {most:0} MB were resident."),
        };
    }
}
