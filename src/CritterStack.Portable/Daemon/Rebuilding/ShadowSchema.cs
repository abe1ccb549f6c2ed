using Npgsql;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>
/// Empty copies of a projection's tables in a schema of their own. A session whose search_path begins with that schema
/// finds them under the tables' own names, so the projection's SQL fills them without knowing.
/// </summary>
/// <param name="connection">the rebuild's own connection</param>
/// <param name="name">name of the schema</param>
/// <param name="tables">the tables to be replaced</param>
internal sealed class ShadowSchema(NpgsqlConnection connection, string name, IReadOnlyList<OwnedTable> tables)
{
    /// <summary>
    /// Statements that make the copies whole. The "pretty" forms leave out schemas that are in the search_path: made with
    /// the live tables in it, run with the copies before them, they mean the copies. Keys come before foreign keys; indexes that
    /// enforce nothing come last, once the copies are filled: to sort all rows once costs a fraction of finding each row's place.
    /// </summary>
    private const string Describe =
        """
        with t as (select c.*, quote_ident(c.relname) as name from pg_class c where c.oid = any($1)),
             g as (select t.oid, t.name, '' as columns, a.* from t cross join lateral aclexplode(t.relacl) a where a.grantee <> t.relowner
                   union all
                   select t.oid, t.name, format(' (%I)', c.attname), a.*
                     from t join pg_attribute c on c.attrelid = t.oid and not c.attisdropped cross join lateral aclexplode(c.attacl) a)
        select 1 as step, format('alter table %s add constraint %I %s', t.name, conname, pg_get_constraintdef(k.oid, true)) as ddl
          from pg_constraint k join t on t.oid = k.conrelid where contype in ('p', 'u', 'x')
        union all
        select case when i.indisunique then 2 else 11 end, pg_get_indexdef(i.indexrelid, 0, true) from pg_index i join t on t.oid = i.indrelid
         where i.indisvalid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
        union all
        select 3, format('alter table %s add constraint %I %s', t.name, conname, pg_get_constraintdef(k.oid, true))
          from pg_constraint k join t on t.oid = k.conrelid where contype = 'f'
        union all
        select 4, pg_get_triggerdef(g.oid, true) from pg_trigger g join t on t.oid = g.tgrelid where not tgisinternal
        union all
        select 5, format('alter table %s %s trigger %I', t.name,
                 case tgenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, tgname)
          from pg_trigger g join t on t.oid = g.tgrelid where not tgisinternal and tgenabled <> 'O'
        union all
        select 6, format('alter table %s set (%s)', t.name, (
                 select string_agg(format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ')
                   from unnest(t.reloptions) o))
          from t where cardinality(t.reloptions) > 0
        union all
        select 7, format('alter table %s replica identity full', t.name) from t where t.relreplident = 'f'
        union all
        select 8, format('grant %s%s on %s to %s%s', g.privilege_type, g.columns, g.name,
                 case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
                 case when g.is_grantable then ' with grant option' else '' end)
          from g
        union all
        select 9, format('comment on table %s is %L', t.name, d.description)
          from t join pg_description d on d.objoid = t.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
        union all
        select 10, format('alter table %s owner to %I', t.name, pg_get_userbyid(t.relowner))
          from t where pg_get_userbyid(t.relowner) <> current_user
        order by step
        """;

    /// <summary>
    /// Tables outside the schema that this transaction has written, and owned ones it has as much as read: a projection
    /// that reaches past its copies, or writes what it has not declared, would change live rows. The swap's own locks
    /// (access exclusive on the tables, the progress row) do not count.
    /// </summary>
    private const string FindStrays =
        """
        select distinct c.oid::regclass::text
          from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
         where l.pid = pg_backend_pid() and l.locktype = 'relation'
           and l.database = (select oid from pg_database where datname = current_database())
           and c.relkind in ('r', 'p') and n.nspname not like 'pg\_%' and n.nspname <> $2
           and c.relname <> 'mt_event_progression'
           and case when c.oid = any($1) then l.mode <> 'AccessExclusiveLock' else l.mode not in ('AccessShareLock', 'RowShareLock') end
        """;

    private const int IndexStep = 11;

    private IReadOnlyList<string> _indexes = [];

    /// <summary>Makes the copies, in place of what an interrupted rebuild may have left, and lets the session find them.</summary>
    public async Task CreateAsync(CancellationToken token)
    {
        var live = string.Join(", ", tables.Select(t => Identifiers.Quote(t.Schema)).Distinct());
        await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
        await ExecuteAsync($"drop schema if exists {Quoted} cascade; create schema {Quoted}", token).ConfigureAwait(false);
        await PutInSearchPathAsync(live, token).ConfigureAwait(false);
        var statements = await DescribeAsync(token).ConfigureAwait(false);
        await PutInSearchPathAsync(Quoted, token).ConfigureAwait(false);
        foreach (var table in tables)
        {
            var copy = Identifiers.Quote(name, table.Name);
            await ExecuteAsync($"create table {copy} (like {table.Quoted} including all excluding indexes)", token).ConfigureAwait(false);
        }
        foreach (var (_, statement) in statements.Where(s => s.Step < IndexStep))
            await ExecuteAsync(statement, token).ConfigureAwait(false);
        _indexes = [.. statements.Where(s => s.Step == IndexStep).Select(s => s.Ddl)];
        await transaction.CommitAsync(token).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes the copies' indexes that enforce nothing. A projection that reads its own tables while it is applied finds rows by their keys
    /// until then.
    /// </summary>
    public async Task CreateIndexesAsync(CancellationToken token)
    {
        foreach (var index in _indexes)
            await ExecuteAsync(index, token).ConfigureAwait(false);
    }

    /// <summary>Fails when the running transaction has touched live tables it must not.</summary>
    /// <exception cref="InvalidOperationException">it has; the transaction must be rolled back</exception>
    public async Task AssertOnlyCopiesWrittenAsync(string projection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(FindStrays, connection);
        command.Parameters.Add(OwnedTable.Oids(tables));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
        var strays = new List<string>();
        while (await reader.ReadAsync(token).ConfigureAwait(false))
            strays.Add(reader.GetString(0));
        if (strays.Count > 0)
        {
            throw new InvalidOperationException(
                $"The projection {projection} cannot be rebuilt aside: its SQL uses {string.Join(", ", strays)}. It must declare "
                + "each table it writes by DeleteDataInTableOnTeardown, and its triggers must name tables without a schema");
        }
    }

    /// <summary>Statistics for the planner, so that the first queries after the swap are planned as well as before.</summary>
    public Task AnalyzeAsync(CancellationToken token) =>
        ExecuteAsync($"analyze {string.Join(", ", tables.Select(t => Identifiers.Quote(name, t.Name)))}", token);

    /// <summary>
    /// Puts the copies in the tables' place, within the running transaction, which holds the tables locked. Whoever waits
    /// for the lock resolves the name again when it is granted, prepared statements too, and finds the new table.
    /// </summary>
    public async Task ReplaceLiveTablesAsync(CancellationToken token)
    {
        // Deferred checks are made now: a table with checks outstanding cannot be moved.
        await ExecuteAsync("set constraints all immediate", token).ConfigureAwait(false);
        // In one statement, so that foreign keys among the tables do not stand in the way.
        await ExecuteAsync($"drop table {string.Join(", ", tables.Select(t => t.Quoted))}", token).ConfigureAwait(false);
        foreach (var table in tables)
        {
            var copy = Identifiers.Quote(name, table.Name);
            await ExecuteAsync($"alter table {copy} set schema {Identifiers.Quote(table.Schema)}", token).ConfigureAwait(false);
        }
        await DropAsync(token).ConfigureAwait(false);
    }

    /// <summary>Removes the copies.</summary>
    public Task DropAsync(CancellationToken token) => ExecuteAsync($"drop schema if exists {Quoted} cascade", token);

    private string Quoted => Identifiers.Quote(name);

    private async Task<List<(int Step, string Ddl)>> DescribeAsync(CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Describe, connection);
        command.Parameters.Add(OwnedTable.Oids(tables));
        await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
        var statements = new List<(int, string)>();
        while (await reader.ReadAsync(token).ConfigureAwait(false))
            statements.Add((reader.GetInt32(0), reader.GetString(1)));
        return statements;
    }

    private async Task ExecuteAsync(string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
    }

    /// <summary>Puts schemas before what the session has; should the transaction fail, that is undone with it.</summary>
    private async Task PutInSearchPathAsync(string schemas, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            "select set_config('search_path', concat_ws(', ', $1, nullif(current_setting('search_path'), '')), false)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schemas });
        await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
    }
}
