using Marketplace.HttpTests.Support;
using Marketplace.Operations;
using Marketplace.Storage;
using Npgsql;

namespace Marketplace.HttpTests.Operations;

public sealed class OperationsTests(MarketplaceFixture fixture) : IClassFixture<MarketplaceFixture>
{
    private Api Api => fixture.Api;

    public static TheoryData<string> ReadModels() => [.. Rebuilds.Names];

    [Fact]
    public async Task Progress_names_every_read_model_and_reaches_the_end_of_the_log()
    {
        var productId = await Api.NewProductAsync();
        await fixture.CatchUpAsync();
        var answer = (await Api.GetAsync("/v1/operations/projections")).ShouldBe(200);
        var items = answer.Json["items"]!.AsArray();
        Assert.Equal(Rebuilds.Names, items.Select(item => (string)item!["name"]!));
        Assert.Equal(answer.Position, (long)answer.Json["position"]!);
        var recorded = (long)(await Api.GetAsync($"/v1/audit/streams/product%2F{productId}")).ShouldBe(200).Json["items"]![0]!["position"]!;
        Assert.All(items, item => Assert.True((long)item!["position"]! >= recorded, $"{item} is behind."));
        Assert.All(items, item => Assert.Contains((string)item!["lifecycle"]!, new[] { "inline", "async" }));
    }

    [Theory]
    [MemberData(nameof(ReadModels))]
    public async Task A_read_model_is_rebuilt_on_demand(string name)
    {
        await Api.NewProductAsync();
        var answer = (await Api.PostAsync($"/v1/operations/rebuild/{name}")).ShouldBe(200);
        Assert.Equal(name, (string?)answer.Json["name"]);
        (await Api.GetAsync("/health/ready")).ShouldBe(200);
    }

    [Fact]
    public async Task A_rebuild_gives_its_sessions_back_to_the_pool_as_they_were()
    {
        foreach (var name in Rebuilds.Names) (await Api.PostAsync($"/v1/operations/rebuild/{name}")).ShouldBe(200);
        var sessions = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < 8; i++) sessions.Add(await fixture.Db.OpenConnectionAsync());
            foreach (var session in sessions)
            {
                await using var command = new NpgsqlCommand("""
                    select concat_ws(' ', current_setting('synchronous_commit'), current_setting('search_path'), current_setting('lock_timeout'),
                        (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
                        (select count(*) from pg_listening_channels()))
                    """, session);
                Assert.Equal("on marketplace 0 0 0", await command.ExecuteScalarAsync());
            }
        }
        finally
        {
            foreach (var session in sessions) await session.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("Nothing")]
    [InlineData("products")]
    [InlineData("Products:All")]
    public async Task An_unknown_read_model_is_not_found(string name) =>
        (await Api.PostAsync($"/v1/operations/rebuild/{name}")).ShouldBeProblem(404);

    [Fact]
    public async Task A_second_rebuild_is_refused_while_one_runs_anywhere()
    {
        await using (var other = await fixture.Database.OpenAsync())
        {
            await using var command = other.CreateCommand();
            command.CommandText = $"select pg_advisory_lock({0x4D61726B_65740002})";
            await command.ExecuteNonQueryAsync();
            (await Api.PostAsync("/v1/operations/rebuild/Products")).ShouldBeProblem(409);
            // The end of a session is not waited for: its lock would go a moment later.
            command.CommandText = $"select pg_advisory_unlock({0x4D61726B_65740002})";
            await command.ExecuteNonQueryAsync();
        }
        (await Api.PostAsync("/v1/operations/rebuild/Products")).ShouldBe(200);
    }

    [Fact]
    public async Task The_command_rebuilds_everything_and_says_so()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.Equal(0, await RebuildCommand.RunAsync(null, fixture.Host.Services, output, errors, CancellationToken.None));
        Assert.Equal("", errors.ToString());
        Assert.Equal(Rebuilds.Names, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')[0]));
    }

    [Fact]
    public async Task The_command_fails_for_an_unknown_read_model()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.Equal(1, await RebuildCommand.RunAsync("Nothing", fixture.Host.Services, output, errors, CancellationToken.None));
        Assert.Contains("CurrentReviews", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_is_live_and_ready()
    {
        Assert.Equal("""{"status":"live"}""", (await Api.GetAsync("/health/live")).ShouldBe(200).Body);
        await Api.NewProductAsync();
        await fixture.CatchUpAsync();
        var ready = (await Api.GetAsync("/health/ready")).ShouldBe(200);
        Assert.Equal("ready", (string?)ready.Json["status"]);
        Assert.Equal(["database", "schema", "projections"], ready.Json["checks"]!.AsObject().Select(check => check.Key));
        Assert.Equal("no-store", ready.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task Another_programs_schema_is_not_current()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        var api = new Api(host);
        await database.ExecuteAsync("update marketplace.schema_version set fingerprint = 'another' where fingerprint = $1", Schema.Fingerprint);
        var unready = (await api.GetAsync("/health/ready")).ShouldBe(503);
        Assert.Equal("unready", (string?)unready.Json["status"]);
        Assert.False((bool)unready.Json["checks"]!["schema"]!["ok"]!);
        Assert.True((bool)unready.Json["checks"]!["database"]!["ok"]!);
        (await api.GetAsync("/health/live")).ShouldBe(200);
    }
}
