-- Locks streams until the end of the transaction, in the order given, which is the same for all who lock several:
-- none waits in a circle. Checks what is expected of them and answers their versions. Absent ones that may be
-- absent are made, at version 0. expecteds: version each must have (0: it must be absent), or null for whatever it is.
-- Errors: as mt_portable_refuse.
create or replace function {schema}.mt_portable_lock(
    streams varchar[], aggregates varchar[], expecteds bigint[], must_starts boolean[])
returns bigint[] language plpgsql as $body$
declare
    befores bigint[];
begin
    if 0 = any (expecteds) or array_position(expecteds, null) is not null then
        insert into {schema}.mt_streams (id, type, version)
            select n.id, n.type, 0 from unnest(streams, aggregates, expecteds) with ordinality as n(id, type, expected, at)
            where coalesce(n.expected, 0) = 0 order by n.at
            on conflict (id) do nothing;
    end if;

    select array_agg(l.version order by l.at) into befores from (
        select s.version, k.at from unnest(streams) with ordinality as k(id, at) join {schema}.mt_streams s on s.id = k.id
        where s.is_archived is not true order by k.at for no key update of s) as l;
    if befores is distinct from expecteds then
        for i in 1 .. cardinality(streams) loop
            perform {schema}.mt_portable_refuse(streams[i], expecteds[i], must_starts[i])
                where not exists (
                    select from {schema}.mt_streams s where s.id = streams[i] and s.is_archived is not true
                        and s.version = coalesce(expecteds[i], s.version));
        end loop;
    end if;
    return befores;
end $body$;
