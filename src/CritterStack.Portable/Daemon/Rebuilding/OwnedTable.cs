using Npgsql;
using NpgsqlTypes;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>A table that a projection owns, as its registration names it and as the database knows it.</summary>
/// <param name="Oid">the table's identity in the catalog</param>
/// <param name="Schema">schema the table lives in</param>
/// <param name="Name">name within the schema</param>
internal sealed record OwnedTable(uint Oid, string Schema, string Name)
{
    private const string Find =
        """
        select d.declared, c.oid, n.nspname, c.relname, c.relkind::text
          from unnest($1::text[]) with ordinality as d(declared, place)
          left join pg_class c on c.oid = to_regclass(d.declared)::oid
          left join pg_namespace n on n.oid = c.relnamespace
         order by d.place
        """;

    // Whatever would keep the old table from being dropped, or would silently not move to the new one.
    private const string FindObstacles =
        """
        select format('the view %s reads %s', r.ev_class::regclass, d.refobjid::regclass)
          from pg_depend d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
         where d.refclassid = 'pg_class'::regclass and d.refobjid = any($1) and r.ev_class <> d.refobjid
        union
        select format('the foreign key %s of %s refers to %s', conname, conrelid::regclass, confrelid::regclass)
          from pg_constraint where contype = 'f' and confrelid = any($1) and conrelid <> all($1)
        union
        select format('%s takes its numbers from the sequence %s; an identity column would do', d.refobjid::regclass, d.objid::regclass)
          from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
         where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = any($1) and d.deptype = 'a'
        union
        select format('%s inherits from %s', inhrelid::regclass, inhparent::regclass)
          from pg_inherits where inhrelid = any($1) or inhparent = any($1)
        union
        select format('%s has the row policy %s', polrelid::regclass, polname) from pg_policy where polrelid = any($1)
        union
        select format('%s is part of the publication %s', r.prrelid::regclass, p.pubname)
          from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where r.prrelid = any($1)
        """;

    /// <summary>Schema and name, quoted for SQL.</summary>
    public string Quoted => Identifiers.Quote(Schema, Name);

    /// <summary>Finds the tables that a projection has declared with <c>DeleteDataInTableOnTeardown</c>.</summary>
    /// <exception cref="InvalidOperationException">one is missing, is no plain table, or cannot be replaced</exception>
    public static async Task<IReadOnlyList<OwnedTable>> FindAsync(
        NpgsqlConnection connection, string projection, string[] declared, CancellationToken token)
    {
        var tables = new List<OwnedTable>();
        await using (var command = new NpgsqlCommand(Find, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = declared });
            await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            while (await reader.ReadAsync(token).ConfigureAwait(false))
            {
                if (await reader.IsDBNullAsync(1, token).ConfigureAwait(false))
                    throw Refusal(projection, $"declares the table {reader.GetString(0)}, which does not exist");
                if (reader.GetString(4) != "r")
                    throw Refusal(projection, $"declares {reader.GetString(0)}, which is no plain table");
                tables.Add(new OwnedTable(reader.GetFieldValue<uint>(1), reader.GetString(2), reader.GetString(3)));
            }
        }
        await AssertReplaceableAsync(connection, projection, tables, token).ConfigureAwait(false);
        return tables.Distinct().ToArray();
    }

    /// <summary>The tables' identities as a parameter.</summary>
    public static NpgsqlParameter Oids(IReadOnlyList<OwnedTable> tables) => new NpgsqlParameter<uint[]>
    {
        TypedValue = [.. tables.Select(t => t.Oid)],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid,
    };

    private static InvalidOperationException Refusal(string projection, string reason) =>
        new($"The projection {projection} cannot be rebuilt: it {reason}");

    private static async Task AssertReplaceableAsync(
        NpgsqlConnection connection, string projection, List<OwnedTable> tables, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(FindObstacles, connection);
        command.Parameters.Add(Oids(tables));
        await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
        var obstacles = new List<string>();
        while (await reader.ReadAsync(token).ConfigureAwait(false))
            obstacles.Add(reader.GetString(0));
        if (obstacles.Count > 0)
            throw Refusal(projection, $"has tables that cannot be replaced: {string.Join("; ", obstacles)}");
        if (tables.Select(t => t.Name).Distinct().Count() != tables.Select(t => t.Oid).Distinct().Count())
            throw Refusal(projection, "declares two tables of one name in different schemas");
    }
}
