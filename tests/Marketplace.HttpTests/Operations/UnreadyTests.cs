using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Operations;

public sealed class UnreadyTests
{
    [Fact]
    public async Task A_read_model_that_stands_still_and_a_lost_database_are_told_by_check()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        var api = new Api(host);
        await database.ExecuteAsync("insert into marketplace.mt_streams (id, type, version) values ('review/p/r', 'review', 1)");
        // A vote without a review: nothing that commands record, so the history stops at it rather than skip it.
        await database.ExecuteAsync("""
            insert into marketplace.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type)
                select nextval('marketplace.mt_events_sequence'), gen_random_uuid(), 'review/p/r', 2,
                       '{"productId": "p", "reviewerId": "r", "voterId": "v", "helpful": true}', 'review_voted', now() - interval '1 minute',
                       'Marketplace.Reviews.ReviewVoted, Marketplace'
            """);
        var stuck = (await api.GetAsync("/health/ready")).ShouldBe(503);
        Assert.False((bool)stuck.Json["checks"]!["projections"]!["ok"]!);
        Assert.Contains("ReviewHistory", (string?)stuck.Json["checks"]!["projections"]!["detail"], StringComparison.Ordinal);
        Assert.True((bool)stuck.Json["checks"]!["schema"]!["ok"]!);

        await using var other = await MarketplaceFixture.NewDatabaseAsync();
        await using (var admin = await other.OpenAsync())
        {
            await using var command = admin.CreateCommand();
            command.CommandText = $"drop database \"{database.Name}\" with (force)";
            await command.ExecuteNonQueryAsync();
        }
        var lost = (await api.GetAsync("/health/ready")).ShouldBe(503);
        Assert.All(lost.Json["checks"]!.AsObject(), check => Assert.False((bool)check.Value!["ok"]!));
        Assert.DoesNotContain(database.Name, lost.Body, StringComparison.Ordinal);
        (await api.GetAsync("/health/live")).ShouldBe(200);
    }
}
