using Npgsql;

namespace Marketplace.WritePath;

/// <summary>Reads the last event of a stream: its version and position.</summary>
public sealed class Latest(NpgsqlDataSource db)
{
    /// <summary>The version and position of the stream's last event; 0 and 0 without one.</summary>
    public async Task<(long Version, long Position)> OfAsync(string key, CancellationToken ct)
    {
        await using var command = db.CreateCommand("select version, seq_id from mt_events where stream_id = $1 order by version desc limit 1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
    }

    /// <summary>The position of a version of the stream; 0 when there is no such version.</summary>
    public async Task<long> PositionOfAsync(string key, long version, CancellationToken ct)
    {
        await using var command = db.CreateCommand("select seq_id from mt_events where stream_id = $1 and version = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }
}
