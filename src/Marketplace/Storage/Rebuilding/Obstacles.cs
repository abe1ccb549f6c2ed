using Npgsql;

namespace Marketplace.Storage.Rebuilding;

/// <summary>What would keep a table from being dropped, or would silently not move to its successor.</summary>
public static class Obstacles
{
    private const string Find = """
        select format('the view %s reads %s', r.ev_class::regclass, d.refobjid::regclass)
          from pg_depend d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
         where d.refclassid = 'pg_class'::regclass and d.refobjid = any ($1) and r.ev_class <> d.refobjid
        union
        select format('the foreign key %s of %s refers to %s', conname, conrelid::regclass, confrelid::regclass)
          from pg_constraint where contype = 'f' and (confrelid = any ($1) or conrelid = any ($1))
        union
        select format('%s takes its numbers from the sequence %s', d.refobjid::regclass, d.objid::regclass)
          from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
         where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = any ($1) and d.deptype = 'a'
        union
        select format('%s has the row policy %s', polrelid::regclass, polname) from pg_policy where polrelid = any ($1)
        union
        select format('%s is part of the publication %s', r.prrelid::regclass, p.pubname)
          from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where r.prrelid = any ($1)
        """;

    /// <summary>Says what stands in the way.</summary>
    /// <exception cref="InvalidOperationException">Something does.</exception>
    public static async Task AssertNoneAsync(NpgsqlConnection connection, NpgsqlParameter oids, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Find, connection) { Parameters = { oids } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<string>();
        while (await reader.ReadAsync(ct)) found.Add(reader.GetString(0));
        if (found.Count > 0) throw new InvalidOperationException($"Its tables cannot be replaced: {string.Join("; ", found)}.");
    }
}
