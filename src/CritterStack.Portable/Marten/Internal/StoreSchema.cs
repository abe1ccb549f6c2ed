using Marten.Exceptions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Internal;

/// <summary>Makes the database ready for a store, once for however many processes start at the same time.</summary>
internal sealed class StoreSchema
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly string _schema;
    private readonly bool _allowsUnsafeDurability;
    private readonly ILogger _logger;
    private readonly string _scripts;
    private readonly string _mark;

    public StoreSchema(NpgsqlDataSource dataSource, string schema, bool allowsUnsafeDurability, ILogger logger)
    {
        _dataSource = dataSource;
        _schema = schema;
        _allowsUnsafeDurability = allowsUnsafeDurability;
        _logger = logger;
        _scripts = SchemaScripts.For(schema);
        _mark = SchemaScripts.MarkOf(_scripts);
    }

    /// <summary>Creates what is missing; one query when nothing is.</summary>
    /// <exception cref="MartenException">the server may lose what it acknowledged, and nobody allowed that by name</exception>
    public async Task ApplyAsync(CancellationToken token)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(token).ConfigureAwait(false);
        if (await IsCurrentAsync(connection, null, token).ConfigureAwait(false))
        {
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
        const string lockSql = "select pg_advisory_xact_lock(hashtextextended('mt_schema_' || $1, 0))";
        await using (var wait = new NpgsqlCommand(lockSql, connection, transaction))
        {
            wait.Parameters.AddWithValue(_schema);
            await wait.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        }

        // Whoever held the lock before may have done it all.
        if (await IsCurrentAsync(connection, transaction, token).ConfigureAwait(false))
        {
            return;
        }

        var mark =
            $"create or replace function {_schema}.mt_portable_schema() returns text language sql immutable as $$ select '{_mark}' $$";
        await using (var apply = new NpgsqlCommand(_scripts + mark, connection, transaction))
        {
            await apply.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        }

        await transaction.CommitAsync(token).ConfigureAwait(false);
        _logger.SchemaApplied(_schema);
    }

    private async Task<bool> IsCurrentAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken token)
    {
        await using var look = new NpgsqlCommand(
            """
            select current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
                (select p.prosrc from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                 where n.nspname = $1 and p.proname = 'mt_portable_schema'),
                (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = $1 and c.relname = any($2))
            """,
            connection,
            transaction);
        look.Parameters.AddWithValue(_schema);
        look.Parameters.AddWithValue(SchemaScripts.Tables.ToArray());
        await using var found = await look.ExecuteReaderAsync(token).ConfigureAwait(false);
        await found.ReadAsync(token).ConfigureAwait(false);
        AssertDurable(found);
        var mark = await found.IsDBNullAsync(3, token).ConfigureAwait(false) ? "" : found.GetString(3);
        return mark.Contains(_mark, StringComparison.Ordinal) && found.GetInt64(4) == SchemaScripts.Tables.Count;
    }

    private void AssertDurable(NpgsqlDataReader settings)
    {
        string[] names = ["fsync", "full_page_writes", "synchronous_commit"];
        var off = names.Where((_, column) => settings.GetString(column) == "off").ToArray();
        if (off.Length == 0)
        {
            return;
        }

        if (!_allowsUnsafeDurability)
        {
            throw new MartenException(
                $"The PostgreSQL server has {string.Join(", ", off.Select(name => name + " = off"))}: "
                + "it may lose or corrupt what it has acknowledged. "
                + $"Turn it on, or allow the loss by the setting {UnsafeDurability.Key} = true");
        }

        _logger.UnsafeDurabilityAllowed(string.Join(", ", off));
    }
}
