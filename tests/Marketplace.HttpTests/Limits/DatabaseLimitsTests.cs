using Marketplace.Hosting;
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
            // What the program holds for a moment itself, to look for feeds, comes back: then that is taken, too.
            Answered answer;
            var tries = 0;
            do
            {
                await TakeAllAsync(db, taken);
                answer = await api.GetAsync("/v1/products");
            }
            while (answer.Status != 503 && ++tries < 50);
            answer.ShouldBeProblem(503);
        }
        finally
        {
            foreach (var connection in taken) await connection.DisposeAsync();
        }
        (await api.GetAsync("/v1/products")).ShouldBe(200);
    }

    [Fact]
    public async Task What_the_connection_string_leaves_open_is_as_the_page_of_limits_has_it()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var bare = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        foreach (var name in new[] { "Maximum Pool Size", "Command Timeout", "Timeout", "Application Name", "Options" }) bare.Remove(name);
        await using var host = await MarketplaceFixture.StartAsync(bare.ConnectionString);

        var address = new NpgsqlConnectionStringBuilder(((NpgsqlDataSource)host.Services.GetService(typeof(NpgsqlDataSource))!).ConnectionString);

        Assert.Equal((Database.MaxPoolSize, Database.CommandTimeoutSeconds, Database.ConnectTimeoutSeconds, "marketplace"),
            (address.MaxPoolSize, address.CommandTimeout, address.Timeout, address.ApplicationName));
    }

    [Fact]
    public async Task The_server_ends_the_sessions_of_a_host_that_is_gone()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        var db = (NpgsqlDataSource)host.Services.GetService(typeof(NpgsqlDataSource))!;

        // As the server has it of a session of the program; that the system then keeps to it is not this program's to show.
        await using var command = db.CreateCommand("""
            select current_setting('tcp_keepalives_idle')::int + current_setting('tcp_keepalives_interval')::int * current_setting('tcp_keepalives_count')::int
            """);
        Assert.Equal(Database.LostHostSeconds, await command.ExecuteScalarAsync());
    }

    private static async Task TakeAllAsync(NpgsqlDataSource db, List<NpgsqlConnection> taken)
    {
        try
        {
            while (true) taken.Add(await db.OpenConnectionAsync());
        }
        catch (NpgsqlException)
        {
            // None is left.
        }
    }
}
