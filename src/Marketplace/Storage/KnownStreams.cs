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
        if (_seen.Count >= MostRemembered) _seen.Clear();
        _seen[key] = 0;
        return true;
    }
}
