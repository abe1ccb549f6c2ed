using Marketplace.HttpTests.Support;
using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.Feeds;

/// <summary>Feeds through what can happen to the program and the database, each line once.</summary>
public sealed class FeedFaultTests
{
    private const int Lines = 4_000;

    [Fact]
    public async Task A_program_that_stops_in_the_middle_is_gone_on_from_by_the_next()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        string feedId, productId;
        await using (var first = await MarketplaceFixture.StartAsync(database.ConnectionString))
        {
            var shelf = new Shelf(new Api(first), "powells");
            productId = await new Api(first).NewProductAsync();
            await shelf.ApplyAsync(Enumerable.Range(0, 50).Select(n => Shelf.Put(productId, $"s{n}", 9_999m)));
            feedId = await shelf.UploadAsync(Enumerable.Range(0, Lines).Select(n => Shelf.Reprice($"s{n % 50}", n + 1)));
            await shelf.AppliedAsync(feedId, 1);
        }
        await using var second = await MarketplaceFixture.StartAsync(database.ConnectionString);
        await EachLineOnceAsync(database, new Shelf(new Api(second), "powells"), feedId);
    }

    [Fact]
    public async Task A_feed_goes_on_when_the_database_comes_back()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "feeds-lost" };
        await using var host = await MarketplaceFixture.StartAsync(address.ConnectionString);
        var shelf = new Shelf(new Api(host).Persistent, "powells");
        var productId = await new Api(host).NewProductAsync();
        await shelf.ApplyAsync(Enumerable.Range(0, 50).Select(n => Shelf.Put(productId, $"s{n}", 9_999m)));
        var feedId = await shelf.UploadAsync(Enumerable.Range(0, Lines).Select(n => Shelf.Reprice($"s{n % 50}", n + 1)));
        for (var i = 0; i < 5; i++)
        {
            await PostgresBackends.TerminateAsync(database.ConnectionString, "feeds-lost");
            await Task.Delay(60);
        }
        await EachLineOnceAsync(database, shelf, feedId);
    }

    [Fact]
    public async Task Two_instances_share_the_work_and_apply_each_line_once()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var one = await MarketplaceFixture.StartAsync(database.ConnectionString);
        await using var two = await MarketplaceFixture.StartAsync(database.ConnectionString);
        var productId = await new Api(one).NewProductAsync();
        var feeds = new List<(Shelf Shelf, string FeedId)>();
        foreach (var (seller, host) in new[] { ("powells", one), ("riverside", two), ("strand", one) })
        {
            var shelf = new Shelf(new Api(host), seller);
            await shelf.ApplyAsync(Enumerable.Range(0, 50).Select(n => Shelf.Put(productId, $"s{n}", 9_999m)));
            feeds.Add((shelf, await shelf.UploadAsync(Enumerable.Range(0, Lines).Select(n => Shelf.Reprice($"s{n % 50}", n + 1)))));
        }
        foreach (var (shelf, feedId) in feeds) await EachLineOnceAsync(database, shelf, feedId);
    }

    [Fact]
    public async Task A_feed_left_by_an_instance_that_is_gone_is_taken_up_by_another()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        string feedId;
        await using (var first = await MarketplaceFixture.StartAsync(database.ConnectionString))
        await using (await FeedGuard.SellerAsync(database, "powells"))
            feedId = await new Shelf(new Api(first), "powells").UploadAsync("bad");
        await using var second = await MarketplaceFixture.StartAsync(database.ConnectionString);
        Assert.Equal("done", (string?)(await new Shelf(new Api(second), "powells").FinishedAsync(feedId))["status"]);
    }

    [Fact]
    public async Task A_line_that_fails_as_nobody_foresaw_is_rejected_alone_and_the_feed_goes_on()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        await database.ExecuteAsync("""
            create function marketplace.fail() returns trigger language plpgsql as $f$ begin raise exception 'a defect' using errcode = 'XX000'; end $f$;
            create trigger fail before insert on marketplace.current_offer for each row when (new.sku = 's77') execute function marketplace.fail()
            """);
        var shelf = new Shelf(new Api(host), "powells");
        var productId = await new Api(host).NewProductAsync();
        var feed = await shelf.ApplyAsync(Enumerable.Range(0, 300).Select(n => Shelf.Put(productId, $"s{n}", 5m)));

        Assert.Equal(("done", 299, 1), ((string?)feed["status"], (int)feed["accepted"]!, (int)feed["rejected"]!));
        var rejected = (await shelf.ResultsAsync((string)feed["feedId"]!, "?status=rejected")).Single();
        Assert.Equal((78, "s77", "unforeseen"), ((int)rejected["line"]!, (string?)rejected["sku"], (string?)rejected["errors"]![0]!["code"]));
        Assert.DoesNotContain("defect", rejected.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(50, true)]
    [InlineData(1_500, false)]
    [InlineData(1_500, true)]
    public Task Slices_that_fail_at_any_moment_cost_no_line_and_no_order(int offers, bool atCommit) => Seeded.RunAsync(async seed =>
    {
        // With few offers a slice has few lines, since an offer's events follow one another in it.
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Limits:FeedSliceLines", "100"));
        var shelf = new Shelf(new Api(host), "powells");
        var productId = await new Api(host).NewProductAsync();
        await shelf.ApplyAsync(Enumerable.Range(0, offers).Select(n => Shelf.Put(productId, $"s{n}", 9_999m)));
        // A sequence counts the tries, since no rollback takes it back: three of ten fail, for a conflict, for time or for want of room.
        await database.ExecuteAsync($$"""
            create sequence marketplace.tries;
            create function marketplace.blow() returns trigger language plpgsql as $f$
            declare dice integer := (hashint8(nextval('marketplace.tries') + {{seed}}) & 2147483647) % 20;
            begin
                if dice < 6 then
                    raise exception 'a blow' using errcode = (array['40P01', '57014', '53100', '40001', '40P01', '55P03'])[dice + 1];
                end if;
                return null;
            end $f$;
            create constraint trigger blow after update on marketplace.feed {{(atCommit ? "deferrable initially deferred" : "")}}
                for each row when (new.applied > old.applied) execute function marketplace.blow()
            """);

        var feedId = await shelf.UploadAsync(Enumerable.Range(0, Lines).Select(n => Shelf.Reprice($"s{n % offers}", n + 1)));

        await EachLineOnceAsync(database, shelf, feedId, offers);
        Assert.True(await database.ScalarAsync<long>("select last_value from marketplace.tries") > 5, "There were few slices.");
    });

    // Every line has one result, one event, and the version that follows from the lines before it.
    private static async Task EachLineOnceAsync(TestDatabase database, Shelf shelf, string feedId, int offers = 50)
    {
        var feed = await shelf.FinishedAsync(feedId);
        Assert.Equal(("done", Lines, 0), ((string?)feed["status"], (int)feed["accepted"]!, (int)feed["rejected"]!));
        var results = await shelf.ResultsAsync(feedId);
        Assert.Equal(Enumerable.Range(1, Lines), results.Select(result => (int)result["line"]!));
        Assert.Equal(Enumerable.Range(0, Lines).Select(n => 2L + (n / offers)), results.Select(result => (long)result["version"]!));
        Assert.Equal(Lines, await database.ScalarAsync<long>(
            "select count(distinct headers ->> 'reference') from marketplace.mt_events where headers ->> 'reference' like $1 || '#%'", feedId));
        Assert.Equal(Lines, await database.ScalarAsync<long>("select count(*) from marketplace.mt_events where headers ->> 'reference' like $1 || '#%'", feedId));
        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from marketplace.feed_chunk where feed_id = $1", Guid.Parse(feedId)));
    }
}
