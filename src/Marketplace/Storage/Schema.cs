using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>
/// The application's own tables, functions and triggers, one object per embedded <c>.sql</c> file beside the slice that owns it, named after
/// the object. Scripts are idempotent and applied at start in the order of <see cref="Order"/>, under a lock, in one transaction.
/// Marten's tables are the event store's own business.
/// </summary>
public static class Schema
{
    /// <summary>The PostgreSQL schema of everything the application and the event store keep.</summary>
    public const string Name = "marketplace";

    // Held by whoever applies the scripts, so that instances starting together do not trip over each other.
    private const long ScriptsLock = 0x4D61726B_65740001;

    /// <summary>The scripts by resource name, in the order in which they are applied.</summary>
    public static IReadOnlyList<string> Order { get; } = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();

    /// <summary>A digest of all scripts: what <c>schema_version</c> holds once they have been applied.</summary>
    public static string Fingerprint { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Order.Select(Read)))));

    /// <summary>Creates what is missing. Safe to run at any time by any number of instances.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached or a script fails.</exception>
    public static async Task ApplyAsync(NpgsqlDataSource db, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select pg_advisory_xact_lock({ScriptsLock})"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"create schema if not exists {Name}"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"set local search_path = {Name}"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set local client_min_messages = warning"));
        await batch.ExecuteNonQueryAsync(ct);
        foreach (var name in Order)
        {
            await using var script = new NpgsqlCommand(Read(name), connection, transaction);
            await script.ExecuteNonQueryAsync(ct);
        }
        await using var mark = new NpgsqlCommand("insert into schema_version (fingerprint) values ($1) on conflict do nothing", connection, transaction);
        mark.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Fingerprint });
        await mark.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Whether the scripts of this program, exactly these, and the event store's tables are in place.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<bool> IsCurrentAsync(NpgsqlDataSource db, CancellationToken ct)
    {
        // In two statements: the second cannot be parsed before its table exists.
        await using var tables = db.CreateCommand("select to_regclass('schema_version') is not null and to_regclass('mt_events') is not null");
        if (await tables.ExecuteScalarAsync(ct) is not true) return false;
        await using var applied = db.CreateCommand("select exists (select from schema_version where fingerprint = $1)");
        applied.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Fingerprint });
        return await applied.ExecuteScalarAsync(ct) is true;
    }

    private static string Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
