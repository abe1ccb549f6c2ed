using System.Diagnostics;
using Marketplace.HttpTests.Support;
using Npgsql;

namespace Marketplace.HttpTests.Feeds;

/// <summary>The order in which batches that are stored at once are committed: what the procedure <c>wait_for_batch</c> promises.</summary>
public sealed class BatchOrderTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_comes_behind_a_batch_waits_until_that_is_committed_or_undone(bool isCommitted)
    {
        var name = MarketplaceFixture.NewId("batch");
        await using var first = await BeginAsync();
        await ExecuteAsync(first, $"select pg_advisory_xact_lock(hashtextextended('feed batch {name}', 0))");
        await using var second = await BeginAsync();

        var waiting = ExecuteAsync(second, $"call wait_for_batch('{name}')");

        await Task.Delay(300);
        Assert.False(waiting.IsCompleted, "It did not wait, or no longer than for any lock.");
        await ExecuteAsync(first, isCommitted ? "commit" : "rollback");
        await waiting;
    }

    [Fact]
    public async Task It_waits_two_seconds_at_the_most_and_then_for_another_attempt()
    {
        var name = MarketplaceFixture.NewId("batch");
        await using var first = await BeginAsync();
        await ExecuteAsync(first, $"select pg_advisory_xact_lock(hashtextextended('feed batch {name}', 0))");
        await using var second = await BeginAsync();
        var clock = Stopwatch.StartNew();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(second, $"call wait_for_batch('{name}')"));

        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refused.SqlState);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(1.9));
        Assert.Equal(Marketplace.Feeds.FeedFailure.Conflict, Marketplace.Feeds.FeedFailures.Of(refused));
    }

    [Fact]
    public async Task A_transaction_that_took_no_locks_of_its_own_is_refused()
    {
        await using var connection = await app.Db.OpenConnectionAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, "call wait_for_batch('any')"));

        Assert.Equal("MF001", refused.SqlState);
    }

    [Fact]
    public async Task Many_repricings_in_batches_that_are_stored_at_once_come_out_line_by_line()
    {
        var (shelf, productId) = (new Shelf(app.Api, MarketplaceFixture.NewId("seller")), await app.Api.NewProductAsync());
        const int Offers = 1_500;
        await shelf.ApplyAsync(Enumerable.Range(0, Offers).Select(n => Shelf.Put(productId, $"s{n:0000}", 1m)));

        var feed = await shelf.ApplyAsync(Enumerable.Range(0, 4 * Offers).Select(n => Shelf.Reprice($"s{n % Offers:0000}", 10 + (n / Offers))));

        Assert.Equal(4 * Offers, (int)feed["accepted"]!);
        await using var wrong = app.Db.CreateCommand("""
            select count(*) from current_offer as o where o.seller_id = $1 and (o.version, o.price) <> (5, 13)
            union all
            select count(*) from mt_events as e join mt_events as before on before.stream_id = e.stream_id and before.version = e.version - 1
             where starts_with(e.stream_id, 'offer/' || $1 || '/') and e.version > 1
               and (before.seq_id > e.seq_id or (e.data -> 'newPrice' ->> 'amount')::numeric <> e.version + 8)
            """);
        wrong.Parameters.Add(new NpgsqlParameter<string> { TypedValue = shelf.SellerId });
        await using var counts = await wrong.ExecuteReaderAsync();
        while (await counts.ReadAsync()) Assert.Equal(0, counts.GetInt64(0));
    }

    private async Task<NpgsqlConnection> BeginAsync()
    {
        var connection = await app.Db.OpenConnectionAsync();
        await ExecuteAsync(connection, "begin");
        await ExecuteAsync(connection, "set local lock_timeout = '250ms'");
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
