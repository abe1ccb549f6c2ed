using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Storage.Rebuilding;

/// <summary>
/// Copies of a read model's tables, to be filled, in a schema of their own. A transaction that has only that schema in its search_path finds
/// them under the tables' own names, and the live tables not at all.
/// </summary>
/// <param name="connection">The rebuild's connection.</param>
/// <param name="tables">The live tables, with their schema.</param>
public sealed class TableCopies(NpgsqlConnection connection, IReadOnlyList<string> tables)
{
    /// <summary>The schema of the copies. One for all read models: one rebuild runs at a time.</summary>
    public const string SchemaName = $"{Schema.Name}_rebuild";

    // The copies, then what "like" does not bring. Keys come first; indexes that enforce nothing last, once the copies are filled: to sort all rows once costs a
    // fraction of finding each row's place.
    private const string Describe = $"""
        with t as (select c.*, quote_ident(c.relname) as name from pg_class c where c.oid = any ($1)),
             g as (select t.oid, t.name, '' as columns, a.* from t cross join lateral aclexplode(t.relacl) a where a.grantee <> t.relowner
                   union all
                   select t.oid, t.name, format(' (%I)', c.attname), a.*
                     from t join pg_attribute c on c.attrelid = t.oid and not c.attisdropped cross join lateral aclexplode(c.attacl) a)
        select 0 as step, format('create table {SchemaName}.%s (like {Schema.Name}.%s including all excluding indexes)', t.name, t.name) as ddl from t
        union all
        select 1, format('alter table %s add constraint %I %s', t.name, conname, pg_get_constraintdef(k.oid, true))
          from pg_constraint k join t on t.oid = k.conrelid where contype in ('p', 'u', 'x')
        union all
        select case when i.indisunique then 2 else 6 end, pg_get_indexdef(i.indexrelid, 0, true) from pg_index i join t on t.oid = i.indrelid
         where i.indisvalid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
        union all
        select 3, pg_get_triggerdef(g.oid, true) from pg_trigger g join t on t.oid = g.tgrelid where not tgisinternal
        union all
        select 4, format('alter table %s set (%s)', t.name, (select string_agg(
                 format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ') from unnest(t.reloptions) o))
          from t where cardinality(t.reloptions) > 0
        union all
        select 5, format('grant %s%s on %s to %s', g.privilege_type, g.columns, g.name,
                 case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end)
          from g
        union all
        select 5, format('alter table %s owner to %I', t.name, pg_get_userbyid(t.relowner)) from t where pg_get_userbyid(t.relowner) <> current_user
        order by step
        """;

    private const int WhenFilled = 6;

    private IReadOnlyList<string> _indexes = [];

    /// <summary>Makes them, in place of what an interrupted rebuild may have left.</summary>
    /// <exception cref="InvalidOperationException">A table cannot be replaced.</exception>
    public async Task CreateAsync(CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync($"drop schema if exists {SchemaName} cascade; create schema {SchemaName}", ct);
        // The definitions leave out schemas that are in the search_path: read with the live tables in it, run with the copies, they mean the copies.
        await ExecuteAsync($"set local search_path = {Schema.Name}", ct);
        var oids = new NpgsqlParameter<uint[]> { TypedValue = await OidsAsync(ct), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid };
        await Obstacles.AssertNoneAsync(connection, oids.Clone(), ct);
        var statements = await DescribeAsync(oids, ct);
        await ExecuteAsync($"set local search_path = {SchemaName}, {Schema.Name}", ct);
        foreach (var (_, ddl) in statements.Where(s => s.Step < WhenFilled)) await ExecuteAsync(ddl, ct);
        _indexes = [.. statements.Where(s => s.Step == WhenFilled).Select(s => s.Ddl)];
        await transaction.CommitAsync(ct);
    }

    /// <summary>Makes the indexes that enforce nothing, and the planner's statistics, so that the first queries are planned as well as before.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync($"set local search_path = {SchemaName}", ct);
        foreach (var index in _indexes) await ExecuteAsync(index, ct);
        await ExecuteAsync($"analyze {string.Join(", ", tables.Select(Copy))}", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Keeps everybody else from the live tables until the transaction ends.</summary>
    public Task LockLiveAsync(CancellationToken ct) => ExecuteAsync($"lock table {string.Join(", ", tables)} in access exclusive mode", ct);

    /// <summary>Puts the copies in the place of the live tables, which are locked.</summary>
    public async Task ReplaceLiveAsync(CancellationToken ct)
    {
        await ExecuteAsync($"drop table {string.Join(", ", tables)}", ct);
        foreach (var table in tables) await ExecuteAsync($"alter table {Copy(table)} set schema {Schema.Name}", ct);
        await DropAsync(ct);
    }

    /// <summary>Removes the copies.</summary>
    public Task DropAsync(CancellationToken ct) => ExecuteAsync($"drop schema if exists {SchemaName} cascade", ct);

    private static string Copy(string table) => $"{SchemaName}.{table[(table.IndexOf('.') + 1)..]}";

    private async Task<uint[]> OidsAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select array_agg(name::regclass::oid) from unnest($1::text[]) as name", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. tables] });
        return (uint[])(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<List<(int Step, string Ddl)>> DescribeAsync(NpgsqlParameter oids, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Describe, connection) { Parameters = { oids } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var statements = new List<(int, string)>();
        while (await reader.ReadAsync(ct)) statements.Add((reader.GetInt32(0), reader.GetString(1)));
        return statements;
    }

    // To drop and to sort many rows takes as long as it takes.
    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
