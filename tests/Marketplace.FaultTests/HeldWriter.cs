using Npgsql;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>
/// Another program that reprices an offer as a session does, over plain SQL, and can be held between any two of its steps until it is told to
/// commit or to roll back.
/// </summary>
internal sealed class HeldWriter : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly string _stream;
    private long _version;

    private HeldWriter(NpgsqlConnection connection, NpgsqlTransaction transaction, string stream) =>
        (_connection, _transaction, _stream) = (connection, transaction, stream);

    /// <summary>The number drawn; 0 before.</summary>
    public long Position { get; private set; }

    /// <summary>Begins, and locks the row of the offer's stream: from here on the transaction has its id.</summary>
    public static async Task<HeldWriter> BeginAsync(TestDatabase database, string seller, string sku)
    {
        var connection = await database.OpenAsync();
        var writer = new HeldWriter(connection, await connection.BeginTransactionAsync(), $"offer/{seller}/{sku}");
        writer._version = (long)(await writer.ScalarAsync(
            "update marketplace.mt_streams set version = version + 1, timestamp = now() where id = $1 returning version::bigint", writer._stream))!;
        return writer;
    }

    /// <summary>Draws the number of its event.</summary>
    public async Task DrawAsync() => Position = (long)(await ScalarAsync("select nextval('marketplace.mt_events_sequence')"))!;

    /// <summary>Stores its event and the row of the offer.</summary>
    public async Task InsertAsync(int cents)
    {
        var parts = _stream.Split('/');
        await ScalarAsync("""
            insert into marketplace.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, headers)
                select $1, gen_random_uuid(), stream_id, $3, jsonb_build_object('productId', data -> 'productId', 'sellerId', data -> 'sellerId',
                    'sku', data -> 'sku', 'oldPrice', data -> 'terms' -> 'price', 'newPrice', jsonb_build_object('amount', $4::numeric, 'currency', 'USD'),
                    'oldShipping', data -> 'terms' -> 'shipping', 'newShipping', data -> 'terms' -> 'shipping'), 'offer_repriced', now(), '*DEFAULT*',
                    'Marketplace.Offers.OfferRepriced, Marketplace', headers - 'effectiveAt'
                  from marketplace.mt_events where stream_id = $2 and version = 1 returning seq_id
            """, Position, _stream, _version, cents / 100m);
        await ScalarAsync("update marketplace.current_offer set price = $1, version = $2, price_since = now() where seller_id = $3 and sku = $4",
            cents / 100m, _version, parts[1], parts[2]);
    }

    /// <summary>Commits.</summary>
    public Task CommitAsync() => _transaction.CommitAsync();

    /// <summary>Rolls back.</summary>
    public Task RollbackAsync() => _transaction.RollbackAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task<object?> ScalarAsync(string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, _connection, _transaction);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return await command.ExecuteScalarAsync();
    }
}
