using Marketplace.Feeds;
using Marketplace.HttpTests.Support;
using Microsoft.Extensions.DependencyInjection;
using TestSupport;

namespace Marketplace.HttpTests.Feeds;

/// <summary>The limits of feeds that an operator may change, and what is swept.</summary>
public sealed class FeedLimitTests
{
    [Fact]
    public async Task A_seller_with_too_many_feeds_is_told_to_come_back()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Limits:FeedsPerSeller", "2"));
        var shelf = new Shelf(new Api(host), "powells");
        string feedId;
        await using (await FeedGuard.SellerAsync(database, "powells"))
        {
            feedId = await shelf.UploadAsync("bad");
            await shelf.UploadAsync("bad");
            var refused = (await shelf.SendAsync("bad")).ShouldBeProblem(429);
            Assert.Equal("urn:marketplace:problem:too-many-feeds", (string?)refused.Json["type"]);
            Assert.True(int.Parse(refused.Headers["Retry-After"]) >= 1);
            await new Shelf(new Api(host), "riverside").UploadAsync("bad");
        }
        await shelf.FinishedAsync(feedId);
        Assert.Equal(0L, await OrphansAsync(database));
        await Eventually.TrueAsync(() => shelf.SendAsync("bad").GetAwaiter().GetResult().Status == 202, "a place is free when a feed is done");
    }

    [Fact]
    public async Task Uploads_at_once_are_counted_in_all_and_by_seller()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(
            database.ConnectionString, ("Limits:FeedUploads", "3"), ("Limits:FeedUploadsPerSeller", "2"));
        var slots = host.Services.GetRequiredService<UploadSlots>();
        var shelf = new Shelf(new Api(host), "powells");
        using (slots.Take("powells"))
        {
            await shelf.UploadAsync("bad");
            using (slots.Take("powells"))
            {
                var refused = (await shelf.SendAsync("bad")).ShouldBeProblem(429);
                Assert.Equal(("urn:marketplace:problem:too-many-uploads", "1"), ((string?)refused.Json["type"], refused.Headers["Retry-After"]));
                var other = new Shelf(new Api(host), "riverside");
                await other.UploadAsync("bad");
                using (slots.Take("strand")) (await other.SendAsync("bad")).ShouldBeProblem(429);
            }
        }
        await shelf.UploadAsync("bad");
    }

    [Fact]
    public async Task What_an_upload_cut_off_has_left_is_swept_and_what_may_still_go_on_is_not()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Limits:FeedUploadSeconds", "60"));
        var sweeper = host.Services.GetRequiredService<FeedSweeper>();
        var clock = TimeProvider.System.GetUtcNow();
        var (old, young) = (Guid.CreateVersion7(clock - TimeSpan.FromSeconds(70) - FeedSweeper.Margin), Guid.CreateVersion7(clock - TimeSpan.FromSeconds(50)));
        foreach (var id in new[] { old, young })
            await database.ExecuteAsync(
                "insert into marketplace.feed_chunk select $1, n, n, 'x' from generate_series(1, $2) as n", id, 2 * FeedSweeper.MostRows + 1);

        await sweeper.SweepAsync(CancellationToken.None);

        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from marketplace.feed_chunk where feed_id = $1", old));
        Assert.Equal(2L * FeedSweeper.MostRows + 1, await database.ScalarAsync<long>("select count(*) from marketplace.feed_chunk where feed_id = $1", young));
    }

    [Fact]
    public async Task Feeds_and_their_results_are_kept_for_their_time_and_then_swept()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Limits:FeedResultDays", "2"));
        var shelf = new Shelf(new Api(host), "powells");
        var (old, recent) = ((string)(await shelf.ApplyAsync("bad"))["feedId"]!, (string)(await shelf.ApplyAsync("bad"))["feedId"]!);
        await database.ExecuteAsync("update marketplace.feed set finished_at = now() - interval '49 hours' where feed_id = $1", Guid.Parse(old));
        await database.ExecuteAsync("update marketplace.feed set finished_at = now() - interval '47 hours' where feed_id = $1", Guid.Parse(recent));
        await database.ExecuteAsync(
            "insert into marketplace.feed_result select $1, n, n, 'r', array[null], array[null], array[0], array[null] from generate_series(10, $2) as n",
            Guid.Parse(old), 10 + (2 * FeedSweeper.MostRows));

        await host.Services.GetRequiredService<FeedSweeper>().SweepAsync(CancellationToken.None);

        (await shelf.Api.GetAsync($"{shelf.Feeds}/{old}")).ShouldBeProblem(404);
        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from marketplace.feed_result where feed_id = $1", Guid.Parse(old)));
        Assert.Single(await shelf.ResultsAsync(recent));
    }

    private static Task<long> OrphansAsync(TestDatabase database) => database.ScalarAsync<long>(
        "select count(*) from marketplace.feed_chunk as c where not exists (select from marketplace.feed as f where f.feed_id = c.feed_id)");
}
