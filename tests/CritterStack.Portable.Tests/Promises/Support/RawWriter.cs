using Npgsql;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>
/// A writer that can be held between any two of its steps: it does over plain Npgsql what a session does when it is
/// saved, and then waits to be told to commit or to roll back.
/// </summary>
internal sealed class RawWriter : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private RawWriter(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        this.connection = connection;
        this.transaction = transaction;
    }

    /// <summary>The number drawn; 0 before <see cref="DrawAsync"/>.</summary>
    public long Position { get; private set; }

    /// <summary>The event's version in its stream.</summary>
    public long Version { get; private set; }

    /// <summary>Begins, and locks or inserts the stream's row: from here on the transaction has its id.</summary>
    public static async Task<RawWriter> BeginAsync(SuiteDatabase db, string key)
    {
        var connection = await db.DataSource.OpenConnectionAsync();
        var writer = new RawWriter(connection, await connection.BeginTransactionAsync());
        writer.Version = (long)(await writer.ScalarAsync(
            """
            insert into marketplace.mt_streams as s (id, type, version, timestamp) values ($1, 'account', 1, now())
            on conflict (id) do update set version = s.version + 1, timestamp = now() returning version
            """,
            key))!;
        return writer;
    }

    public async Task DrawAsync() => Position = (long)(await ScalarAsync("select nextval('marketplace.mt_events_sequence')"))!;

    public async Task InsertAsync(string key, string command, int amount)
    {
        await ScalarAsync(
            """
            insert into marketplace.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type)
            values ($1, gen_random_uuid(), $2, $3,
                jsonb_build_object('command', $4::text, 'part', 1, 'parts', 1, 'amount', $5::int),
                'amount_added', now(), '*DEFAULT*', $6)
            """,
            Position,
            key,
            Version,
            command,
            amount,
            $"{typeof(AmountAdded).FullName}, {typeof(AmountAdded).Assembly.GetName().Name}");
        await ScalarAsync(
            """
            insert into suite.balance as b (stream, count, total, version) values ($1, 1, $2::int, $3)
            on conflict (stream) do update set count = b.count + 1, total = b.total + excluded.total, version = excluded.version
            """,
            key,
            amount,
            Version);
        await ScalarAsync("insert into suite.receipt (command, stream, version) values ($1, $2, $3)", command, key, Version);
    }

    public Task CommitAsync() => transaction.CommitAsync();

    public Task RollbackAsync() => transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task<object?> ScalarAsync(string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync();
    }
}
