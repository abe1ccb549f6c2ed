using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Npgsql;

namespace Marketplace.HttpTests.Limits;

/// <summary>A database that is too busy: the caller is told so in time, and what was given up is not recorded.</summary>
public sealed class DatabaseLimitsTests
{
    [Fact]
    public async Task A_statement_that_takes_too_long_is_503_and_records_nothing()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 1 }.ConnectionString);
        var api = new Api(host);
        var (_, _, offer) = await api.OfferAsync();
        var before = await database.ScalarAsync<long>("select count(*) from marketplace.mt_events");
        await using (var other = await database.OpenAsync())
        {
            await using var transaction = await other.BeginTransactionAsync();
            await using (var hold = new NpgsqlCommand("lock table marketplace.mt_streams in access exclusive mode", other, transaction)) await hold.ExecuteNonQueryAsync();

            var refused = (await api.PatchAsync(offer, new { quantity = 5 })).ShouldBeProblem(503);

            Assert.Equal("urn:marketplace:problem:database-unavailable", (string?)refused.Json["type"]);
            Assert.Equal("1", refused.Headers["Retry-After"]);
        }
        Assert.Equal(before, await database.ScalarAsync<long>("select count(*) from marketplace.mt_events"));
        (await api.PatchAsync(offer, new { quantity = 6 })).ShouldBe(200);
    }

    [Fact]
    public async Task A_pool_with_nothing_left_is_503()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 8, Timeout = 1 }.ConnectionString);
        var api = new Api(host);
        var db = (NpgsqlDataSource)host.Services.GetService(typeof(NpgsqlDataSource))!;
        var taken = new List<NpgsqlConnection>();
        try
        {
            // Everything that the program does not hold itself.
            while (true) taken.Add(await db.OpenConnectionAsync());
        }
        catch (NpgsqlException)
        {
            (await api.GetAsync("/v1/products")).ShouldBeProblem(503);
        }
        finally
        {
            foreach (var connection in taken) await connection.DisposeAsync();
        }
        (await api.GetAsync("/v1/products")).ShouldBe(200);
    }
}
