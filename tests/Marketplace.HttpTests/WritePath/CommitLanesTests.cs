using System.Diagnostics;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.WritePath;
using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.WritePath;

/// <summary>Commands over HTTP that meet in the lanes.</summary>
public sealed class CommitLanesTests
{
    private const int Many = 40;

    [Fact]
    public async Task Commands_that_meet_share_a_transaction_up_to_a_number_of_events()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        var (api, offers) = await OffersAsync(host, 400);
        var begun = await database.ScalarAsync<long>("select max(seq_id) from marketplace.mt_events");

        await Task.WhenAll(offers.Select((offer, n) => Task.Run(async () => (await api.PatchAsync(offer, new { quantity = 1_000 + n })).ShouldBe(200))));

        const string Transactions = "select count(*) from marketplace.mt_events where seq_id > $1 group by xmin::text order by 1 desc";
        Assert.Equal(400L, await database.ScalarAsync<long>($"select sum(count)::bigint from ({Transactions}) as t (count)", begun));
        Assert.InRange(await database.ScalarAsync<long>($"select count(*) from ({Transactions}) as t", begun), 1, 200);
        Assert.InRange(await database.ScalarAsync<long>($"{Transactions} limit 1", begun), 2, CommitLanes.MostEvents);
    }

    [Fact]
    public async Task A_lone_command_waits_for_no_other()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        var (api, offers) = await OffersAsync(host, 1);

        for (var n = 0; n < 5; n++) (await api.PatchAsync(offers[0], new { quantity = 100 + n }).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(200);

        Assert.Equal(6L, await database.ScalarAsync<long>("select count(distinct xmin::text) from marketplace.mt_events where starts_with(stream_id, 'offer/')"));
    }

    [Fact]
    public async Task A_lock_that_another_program_holds_keeps_only_its_own_command_waiting()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        var (api, offers) = await OffersAsync(host, Many);
        await using (await HoldAsync(database, "select from marketplace.mt_streams where id = (select min(id) from marketplace.mt_streams where starts_with(id, 'offer/')) for update"))
        {
            var clock = Stopwatch.StartNew();
            var answers = await Task.WhenAll(offers.Select((offer, n) => Task.Run(async () =>
            {
                var answer = await api.PatchAsync(offer, new { quantity = 100 + n });
                return (answer.Status, Answer: answer, clock.Elapsed);
            })));

            var held = Assert.Single(answers, answer => answer.Status != 200);
            Assert.Equal("urn:marketplace:problem:contended", (string?)held.Answer.ShouldBeProblem(503).Json["type"]);
            Assert.Equal("1", held.Answer.Headers["Retry-After"]);
            Assert.All(answers, answer => Assert.True(answer.Elapsed <= held.Elapsed, "It waited for a lock that it does not need."));
        }
        foreach (var offer in offers) (await api.PatchAsync(offer, new { quantity = 7 })).ShouldBe(200);
    }

    [Fact]
    public async Task A_full_queue_is_503_and_takes_more_once_it_is_empty()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Limits:QueuedCommits", "1"));
        var (api, offers) = await OffersAsync(host, Many);
        Task<Answered>[] sent;
        await using (await HoldAsync(database, "lock table marketplace.mt_streams in access exclusive mode"))
        {
            sent = [.. offers.Select((offer, n) => Task.Run(() => api.PatchAsync(offer, new { quantity = 100 + n })))];
            var refused = await await Task.WhenAny(sent);
            Assert.Equal("urn:marketplace:problem:overloaded", (string?)refused.ShouldBeProblem(503).Json["type"]);
            Assert.Equal("1", refused.Headers["Retry-After"]);
        }
        Assert.All(await Task.WhenAll(sent), answer => Assert.Contains(answer.Status, new[] { 200, 503 }));
        foreach (var offer in offers) (await api.PatchAsync(offer, new { quantity = 7 })).ShouldBe(200);
    }

    private static async Task<(Api Api, string[] Offers)> OffersAsync(Alba.IAlbaHost host, int count)
    {
        var api = new Api(host);
        var (productId, seller) = (await api.NewProductAsync(), MarketplaceFixture.NewId("seller"));
        var offers = Enumerable.Range(0, count).Select(n => Given.Offer(seller, $"sku-{n:000}")).ToArray();
        foreach (var offer in offers) (await api.PutAsync(offer, Given.Terms(productId, 20m))).ShouldBe(201);
        return (api, offers);
    }

    private static async Task<NpgsqlConnection> HoldAsync(TestDatabase database, string sql)
    {
        var connection = await database.OpenAsync();
        await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
