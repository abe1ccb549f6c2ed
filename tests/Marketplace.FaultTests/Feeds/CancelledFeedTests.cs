using System.Net;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Npgsql;
using TestSupport;

namespace Marketplace.FaultTests.Feeds;

/// <summary>A feed that is cancelled while it runs.</summary>
public class CancelledFeedTests
{
    private const string Recorded = """
        select distinct split_part(headers ->> 'reference', '#', 2)::int from mt_events where headers ->> 'reference' like $1 || '#%' order by 1
        """;

    [Fact]
    public Task Once_the_cancelling_is_answered_nothing_more_is_applied_and_what_was_has_its_results() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString));
        await new Writers("fire", 1, 0).ListProductAsync(program.Client);
        var seller = new SellerUnderFire("powells", "fire", seed);
        var audit = new FeedAudit(database.ConnectionString, program.Client, seed);
        await using var db = audit.Db();
        for (var round = 0; round < 3; round++)
        {
            var feed = seller.Next(2_000);
            await seller.UploadAsync(program.Client, feed);
            await seller.ReachAsync(program, feed, random.Next(1_000));
            using var cancelled = await program.Client.DeleteAsync($"{seller.Path}/{feed.Id}");
            Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
            var position = await MaxPositionAsync(db);
            var view = JsonNode.Parse(await program.Client.GetStringAsync($"{seller.Path}/{feed.Id}"))!;
            var applied = (int)view["accepted"]! + (int)view["unchanged"]! + (int)view["rejected"]!;

            // Another feed of the same seller is applied to its end behind it, so whatever was under way has ended.
            var next = new SellerUnderFire("powells", "fire", seed).Next(1) with { Key = $"behind-{round}" };
            await seller.UploadAsync(program.Client, next);
            await seller.ReachAsync(program, next, 1);
            var lines = await FeedAudit.RowsAsync(db, Recorded, feed.Id, row => row.GetInt32(0));
            Assert.True(lines.Count == 0 || lines[^1] <= applied, $"Line {lines.LastOrDefault()} is in the log, {applied} have their result (seed {seed}).");
            Assert.Equal(0, await database.ScalarAsync<long>(
                "select count(*) from marketplace.mt_events where seq_id > $1 and headers ->> 'reference' like $2", position, $"{feed.Id}#%"));
            var results = (await program.Client.GetStringAsync($"{seller.Path}/{feed.Id}/results")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(Enumerable.Range(1, applied), results.Select(line => (int)JsonNode.Parse(line)!["line"]!));
            var accepted = results.Select(line => JsonNode.Parse(line)!).Where(line => (string?)line["status"] == "accepted").Select(line => (int)line["line"]!);
            Assert.Equal(lines, accepted);
            Assert.Contains((string?)view["status"], new[] { "cancelled", "done" });
        }
        await audit.EventsAsync(db, "powells");
    });

    private static async Task<long> MaxPositionAsync(NpgsqlDataSource db) =>
        (await FeedAudit.RowsAsync(db, "select coalesce(max(seq_id), 0) from mt_events", null, row => row.GetInt64(0))).Single();
}
