using System.Collections.Concurrent;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>Knows which streams have begun. A stream, once begun, never ends, so what was seen once is remembered.</summary>
public sealed class KnownStreams(NpgsqlDataSource db)
{
    /// <summary>How many keys are remembered; past that the memory starts afresh.</summary>
    public const int MostRemembered = 100_000;

    private readonly ConcurrentDictionary<string, byte> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether the stream has an event.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async ValueTask<bool> ContainAsync(string key, CancellationToken ct)
    {
        if (_seen.ContainsKey(key)) return true;
        await using var command = db.CreateCommand("select exists (select from mt_streams where id = $1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        if (await command.ExecuteScalarAsync(ct) is not true) return false;
        Remember(key);
        return true;
    }

    /// <summary>Those of the streams that have an event.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async ValueTask<HashSet<string>> AmongAsync(IEnumerable<string> keys, CancellationToken ct)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys) (_seen.ContainsKey(key) ? known : asked).Add(key);
        if (asked.Count == 0) return known;
        await using var command = db.CreateCommand("select id from mt_streams where id = any ($1)");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. asked] });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            Remember(reader.GetString(0));
            known.Add(reader.GetString(0));
        }
        return known;
    }

    private void Remember(string key)
    {
        if (_seen.Count >= MostRemembered) _seen.Clear();
        _seen[key] = 0;
    }
}
