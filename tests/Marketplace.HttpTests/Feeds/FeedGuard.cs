using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.Feeds;

/// <summary>Holds something that a batch needs, so that a feed stands still where a test wants it, until this is disposed.</summary>
public sealed class FeedGuard : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private FeedGuard(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Claims a seller, as another instance does that is busy with one of the seller's feeds.</summary>
    public static Task<FeedGuard> SellerAsync(TestDatabase database, string sellerId) =>
        HoldAsync(database, "select 1 from (select pg_advisory_lock(hashtextextended('feeds of ' || $1, 0))) as held", sellerId);

    /// <summary>Locks an offer's stream, as a long transaction of somebody else does: feeds stand still before the first line about it.</summary>
    public static Task<FeedGuard> OfferAsync(TestDatabase database, string sellerId, string sku) =>
        HoldAsync(database, "select 1 from marketplace.mt_streams where id = $1 for update", $"offer/{sellerId}/{sku}");

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static async Task<FeedGuard> HoldAsync(TestDatabase database, string sql, string value)
    {
        var connection = await database.OpenAsync();
        await using var begin = new NpgsqlCommand("begin", connection);
        await begin.ExecuteNonQueryAsync();
        await using var hold = new NpgsqlCommand(sql, connection);
        hold.Parameters.AddWithValue(value);
        Assert.NotNull(await hold.ExecuteScalarAsync());
        return new FeedGuard(connection);
    }
}
