using Alba;
using DevelopmentIssuer;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Idempotency;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>A key is kept as long as it was promised, by the program's clock, and free afterwards.</summary>
public class ExpiryTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    private const string Patch = "PATCH /v1/sellers/{sellerId}/offers/{sku}";
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(null, 24)]
    [InlineData("48", 48)]
    public async Task A_key_is_kept_for_its_time_and_then_free_for_another_request(string? setting, int hours)
    {
        var clock = new MovableClock();
        await using var host = await Instances.StartAsync(app.Database.ConnectionString, clock,
            setting is null ? [] : [("Limits:IdempotencyKeyHours", setting)]);
        var seller = MarketplaceFixture.NewId("seller");
        // A token that outlives the moves of the clock.
        var api = new Api(host).With(DevelopmentTokens.Issue(Tokens.Key, seller, ["seller", "catalog"], DateTimeOffset.UtcNow, TimeSpan.FromDays(7)));
        (await api.PutAsync(Given.Offer(seller), Given.Terms(await api.NewProductAsync(), 20m))).ShouldBe(201);
        var recorded = new Keyed(Patch, Given.Offer(seller), new { quantity = 5 });
        var refused = new Keyed(Patch, Given.Offer(seller, "unknown"), new { quantity = 5 });
        var first = (await recorded.FirstAsync(api)).ShouldBe(200);
        var no = (await refused.FirstAsync(api)).ShouldBe(404);

        clock.Move(TimeSpan.FromHours(hours) - Moment);
        await recorded.AgainAsync(api, first);
        await refused.AgainAsync(api, no);
        (await (recorded with { Body = new { quantity = 6 } }).SendAsync(api)).ShouldBe(422);

        // A repeat does not prolong the time.
        clock.Move(2 * Moment);
        var anew = recorded with { Body = new { quantity = 6 } };
        var second = (await anew.FirstAsync(api)).ShouldBe(200);
        Assert.Equal(6, (int)second.Json["quantity"]!);
        await anew.AgainAsync(api, second);
        (await recorded.SendAsync(api)).ShouldBe(422);
        var again = (await refused.FirstAsync(api)).ShouldBe(404);
        await refused.AgainAsync(api, again);
    }

    [Fact]
    public async Task Expired_keys_are_swept_away_and_no_others()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await database.ExecuteAsync($"""
            insert into marketplace.idempotency_key (key_digest, fingerprint, expires_at, status, headers, body)
                select int4send(i), 'f', now() - interval '1 second' * i, 404, array[]::text[], '' from generate_series(1, {2 * KeyStore.SweptAtOnce + 500}) as i
            """);
        await using var host = await StartWithOneKeptAsync(database.ConnectionString);

        await Eventually.TrueAsync(() => CountAsync().Result == 1, "the sweeper removes what has expired");

        Task<long> CountAsync() => database.ScalarAsync<long>("select count(*) from marketplace.idempotency_key");
    }

    [Fact]
    public async Task One_statement_of_the_sweeper_removes_a_bounded_number_of_rows_found_by_the_index()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await StartWithOneKeptAsync(database.ConnectionString);
        await database.ExecuteAsync($"""
            insert into marketplace.idempotency_key (key_digest, fingerprint, expires_at, status, headers, body)
                select int4send(i), 'f', now() + interval '1 hour' * (i % 100), 404, array[]::text[], '' from generate_series(1, 20000) as i
            """);
        await database.ExecuteAsync("analyze marketplace.idempotency_key");
        var keys = host.Services.GetRequiredService<KeyStore>();
        var at = DateTimeOffset.UtcNow.AddHours(10);

        Assert.Equal(KeyStore.SweptAtOnce, await keys.SweepAsync(at, CancellationToken.None));
        Assert.Equal(KeyStore.SweptAtOnce, await keys.SweepAsync(at, CancellationToken.None));

        Assert.Contains("idempotency_key_expires_at", await PlanAsync(host, KeyStore.Sweep, at));
        Assert.Contains("idempotency_key_pkey", await PlanAsync(host, KeyStore.Find, new byte[32], at));
    }

    private static async Task<string> PlanAsync(IAlbaHost host, string sql, params object[] values)
    {
        await using var explain = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("explain " + sql);
        foreach (var value in values) explain.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await explain.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        Assert.DoesNotContain(lines, line => line.Contains("Seq Scan", StringComparison.Ordinal));
        return string.Join('\n', lines);
    }

    private async Task<IAlbaHost> StartWithOneKeptAsync(string connectionString)
    {
        var host = await Instances.StartAsync(connectionString);
        (await new Keyed("PUT /v1/products/{productId}", $"/v1/products/{MarketplaceFixture.NewId("book")}", new { title = "Kept" }).FirstAsync(new Api(host))).ShouldBe(201);
        return host;
    }
}
