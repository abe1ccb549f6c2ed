using Npgsql;

namespace Marketplace.Idempotency;

/// <summary>The table of keys. Whether a key has expired is a matter of the caller's clock alone, whenever the sweeper comes by.</summary>
public sealed class KeyStore(NpgsqlDataSource db)
{
    /// <summary>The most rows that one statement of the sweeper removes.</summary>
    public const int SweptAtOnce = 1_000;

    /// <summary>Finds key $1 and says whether it is still kept at $2.</summary>
    public const string Find =
        "select fingerprint, expires_at > $2, resource, version, created, status, headers, body from idempotency_key where key_digest = $1";

    /// <summary>Removes some of what has expired by $1.</summary>
    public static readonly string Sweep = $"""
        delete from idempotency_key where key_digest = any (array(
            select key_digest from idempotency_key where expires_at <= $1 order by expires_at limit {SweptAtOnce} for update skip locked))
        """;

    /// <summary>What is stored of the first request with a key; null when there was none, or its answer has expired: then the key is free again.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<StoredKey?> FindAsync(byte[] digest, DateTimeOffset at, CancellationToken ct)
    {
        await using (var command = db.CreateCommand(Find))
        {
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = digest });
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = at });
            await using var row = await command.ExecuteReaderAsync(ct);
            if (!await row.ReadAsync(ct)) return null;
            if (row.GetBoolean(1)) return Read(row);
        }
        await using var expired = db.CreateCommand("delete from idempotency_key where key_digest = $1 and expires_at <= $2");
        expired.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = digest });
        expired.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = at });
        await expired.ExecuteNonQueryAsync(ct);
        return null;
    }

    /// <summary>Keeps the answer of a request that recorded nothing.</summary>
    /// <returns>False when something is stored for the key already; that stands.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<bool> KeepAsync(byte[] digest, byte[] fingerprint, DateTimeOffset expiresAt, KeptAnswer answer, CancellationToken ct)
    {
        await using var command = db.CreateCommand("""
            insert into idempotency_key (key_digest, fingerprint, expires_at, status, headers, body) values ($1, $2, $3, $4, $5, $6)
                on conflict do nothing
            """);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = digest });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = fingerprint });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = expiresAt });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = answer.Status });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = answer.Headers });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = answer.Body });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Removes expired rows, at most <see cref="SweptAtOnce"/>; instances that sweep at once take different ones.</summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<int> SweepAsync(DateTimeOffset at, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Sweep);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = at });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static StoredKey Read(NpgsqlDataReader row) => new(row.GetFieldValue<byte[]>(0),
        row.IsDBNull(2) ? null : new Receipt(row.GetString(2), row.GetInt64(3), row.GetBoolean(4)),
        row.IsDBNull(5) ? null : new KeptAnswer(row.GetInt32(5), row.GetFieldValue<string[]>(6), row.GetFieldValue<byte[]>(7)));
}
