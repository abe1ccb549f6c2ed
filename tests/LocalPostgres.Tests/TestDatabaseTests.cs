using Npgsql;
using TestSupport;

namespace LocalPostgres.Tests;

public class TestDatabaseTests
{
    [Fact]
    public async Task A_test_database_is_empty_durable_and_gone_afterwards()
    {
        string name;
        await using (var database = await TestDatabase.CreateAsync())
        {
            name = database.Name;
            foreach (var guard in new[] { "fsync", "full_page_writes", "synchronous_commit" })
                Assert.Equal("on", await database.ScalarAsync<string>("select current_setting($1)", guard));
            Assert.Equal("UTC", await database.ScalarAsync<string>("select current_setting('timezone')"));
            Assert.Equal("C", await database.ScalarAsync<string>("select datcollate from pg_database where datname = current_database()"));
            await database.ExecuteAsync("create table t (n int)");
        }

        await using var other = await TestDatabase.CreateAsync();
        Assert.NotEqual(name, other.Name);
        Assert.False(await other.ScalarAsync<bool>("select exists (select from pg_database where datname = $1)", name));
    }

    [Fact]
    public async Task Copies_of_a_template_share_its_content_and_nothing_else()
    {
        var prepared = 0;
        Task<TestDatabase> Copy() => TestDatabase.CreateFromTemplateAsync(nameof(Copies_of_a_template_share_its_content_and_nothing_else), async address =>
        {
            Interlocked.Increment(ref prepared);
            await using var source = NpgsqlDataSource.Create(address);
            await using var command = source.CreateCommand("create table t as select generate_series(1, 3) as n");
            await command.ExecuteNonQueryAsync();
        });

        var copies = await Task.WhenAll(Copy(), Copy());
        await copies[0].ExecuteAsync("insert into t values (4)");

        Assert.Equal(1, prepared);
        Assert.Equal(4L, await copies[0].ScalarAsync<long>("select count(*) from t"));
        Assert.Equal(3L, await copies[1].ScalarAsync<long>("select count(*) from t"));
        foreach (var copy in copies)
            await copy.DisposeAsync();
    }

    [Fact]
    public async Task A_search_path_can_be_part_of_the_address()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create schema marketplace");
        await database.ExecuteAsync("create table marketplace.t (n int)");

        await using var source = NpgsqlDataSource.Create(database.With(searchPath: "marketplace"));
        await using var command = source.CreateCommand("select count(*) from t");

        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Sessions_are_ended_by_the_name_of_their_application()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var victim = new NpgsqlConnection(database.With(applicationName: "victim", pooling: false));
        await using var bystander = await database.OpenAsync();
        await victim.OpenAsync();

        Assert.Equal(1, await PostgresBackends.CountOfAsync(database.ConnectionString, "victim"));
        Assert.Equal(1, await PostgresBackends.TerminateAsync(database.ConnectionString, "victim"));
        Assert.Equal(0, await PostgresBackends.CountOfAsync(database.ConnectionString, "victim"));

        await using var alive = new NpgsqlCommand("select 1", bystander);
        Assert.Equal(1, await alive.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_private_cluster_keeps_what_was_committed_when_its_server_is_killed(bool kill)
    {
        await using var cluster = await PrivateCluster.StartAsync();
        var address = await cluster.EnsureDatabaseAsync("crash") + ";Pooling=false";
        await RunAsync(address, "create table t as select 42 as n");

        if (kill)
            await cluster.KillPostmasterAsync();
        else
            await cluster.StopImmediatelyAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => RunAsync(address, "select 1"));
        await cluster.StartAgainAsync();

        Assert.Equal(42, await RunAsync(address, "select n from t"));
    }

    private static async Task<object?> RunAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
