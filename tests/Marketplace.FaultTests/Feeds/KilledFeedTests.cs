using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests.Feeds;

/// <summary>Every line of a feed is applied exactly once, however and whenever the program that applies it ends.</summary>
public class KilledFeedTests
{
    private const string Product = "fire";

    [Fact]
    public Task Every_line_is_applied_once_through_kills_of_the_program_at_any_moment() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        SellerUnderFire[] sellers = [new("powells", Product, seed), new("strand", Product, seed + 1)];
        await using (var first = await StartAsync(database))
        {
            await ListAsync(first);
            foreach (var seller in sellers) await seller.UploadAsync(first.Client, seller.Next(2_000));
            // Right behind the answer, mostly before the first batch.
            await Task.Delay(random.Next(20));
            await first.KillAsync();
        }
        for (var life = 0; life < 3; life++)
        {
            await using var program = await StartAsync(database);
            var seller = sellers[random.Next(sellers.Length)];
            var feed = seller.Feeds[^1];
            var applied = await seller.AppliedAsync(program.Client, feed) ?? 0;
            await seller.ReachAsync(program, feed, Math.Min(feed.Lines.Count, applied + random.Next(600)));
            await Task.Delay(random.Next(10));
            await program.KillAsync();
        }
        await using var last = await StartAsync(database);
        await ShouldBeExactAsync(last, database, seed, sellers);
    });

    [Fact]
    public Task A_feed_is_there_whole_or_not_at_all_when_the_program_is_killed_in_the_middle_of_its_upload() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var seller = new SellerUnderFire("powells", Product, seed);
        var feed = seller.Next(4_000);
        await using (var first = await StartAsync(database))
        {
            await ListAsync(first);
            var body = new HaltingStream(SellerUnderFire.Content(feed), random.Next(1_000, 300_000));
            var upload = seller.TryUploadAsync(first.Client, feed, body);
            await body.Halted;
            await Task.Delay(random.Next(200));
            Assert.Empty(await FeedsAsync(first, seller));
            await first.KillAsync();
            body.GoOn();
            Assert.Equal(0, await upload);
        }
        await using var next = await StartAsync(database);
        Assert.Empty(await FeedsAsync(next, seller));
        await seller.UploadAsync(next.Client, feed);
        await seller.UploadAsync(next.Client, feed);
        Assert.Single(await FeedsAsync(next, seller));
        await ShouldBeExactAsync(next, database, seed, seller);
    });

    [Fact]
    public Task A_caller_who_leaves_in_the_middle_of_an_upload_leaves_nothing() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var seller = new SellerUnderFire("powells", Product, seed);
        var feed = seller.Next(4_000);
        await using var program = await StartAsync(database);
        await ListAsync(program);
        using (var client = new HttpClient(new FittingTokens(new SocketsHttpHandler())) { BaseAddress = program.Client.BaseAddress, Timeout = TimeSpan.FromSeconds(60) })
        {
            var body = new HaltingStream(SellerUnderFire.Content(feed), 200_000);
            var upload = seller.TryUploadAsync(client, feed, body);
            await body.Halted;
            client.CancelPendingRequests();
            Assert.Equal(0, await upload);
        }
        for (var tries = 0; await database.ScalarAsync<long>("select count(*) from marketplace.feed_chunk") > 0; tries++)
        {
            Assert.True(tries < 1000, $"What was uploaded is still there (seed {seed}): {program.Log}");
            await Task.Delay(20);
        }
        Assert.Empty(await FeedsAsync(program, seller));
        await seller.UploadAsync(program.Client, feed);
        await ShouldBeExactAsync(program, database, seed, seller);
    });

    [Fact]
    public Task Of_two_instances_either_may_die_and_the_other_finishes() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        SellerUnderFire[] sellers = [new("powells", Product, seed), new("strand", Product, seed + 1)];
        await using var survivor = await StartAsync(database);
        await using var mortal = await StartAsync(database);
        await ListAsync(survivor);
        foreach (var seller in sellers)
            for (var feed = 0; feed < 2; feed++) await seller.UploadAsync(random.Next(2) == 0 ? mortal.Client : survivor.Client, seller.Next(1_000));
        var watched = sellers[random.Next(sellers.Length)];
        await watched.ReachAsync(survivor, watched.Feeds[^1], random.Next(600));
        await mortal.KillAsync();
        await ShouldBeExactAsync(survivor, database, seed, sellers);
    });

    [Fact]
    public Task The_end_of_the_program_waits_for_no_feed_and_the_next_one_goes_on_with_it() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var seller = new SellerUnderFire("powells", Product, seed);
        await using (var first = await StartAsync(database))
        {
            await ListAsync(first);
            var feed = seller.Next(3_000);
            await seller.UploadAsync(first.Client, feed);
            await seller.ReachAsync(first, feed, random.Next(1_500));
            var (exitCode, took) = await first.TerminateAsync();
            Assert.True(exitCode == 0 && took < TimeSpan.FromSeconds(10), $"{exitCode} after {took} (seed {seed}): {first.Log}");
        }
        await using var next = await StartAsync(database);
        await ShouldBeExactAsync(next, database, seed, seller);
    });

    private static Task<RunningProgram> StartAsync(TestDatabase database) =>
        RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString));

    private static Task ListAsync(RunningProgram program) => new Writers(Product, 1, 0).ListProductAsync(program.Client);

    private static async Task<JsonArray> FeedsAsync(RunningProgram program, SellerUnderFire seller) =>
        JsonNode.Parse(await program.Client.GetStringAsync(seller.Path))!["items"]!.AsArray();

    private async Task ShouldBeExactAsync(RunningProgram program, TestDatabase database, int seed, params SellerUnderFire[] sellers)
    {
        foreach (var seller in sellers) await seller.FinishAsync(program);
        var audit = new FeedAudit(database.ConnectionString, program.Client, seed);
        foreach (var seller in sellers) await audit.ShouldBeExactAsync(seller);
    }
}
