-- Locks a stream until the end of the transaction and answers its version; an absent one is made, at version 0.
create or replace function {schema}.mt_portable_lock(stream varchar, aggregate varchar)
returns bigint language sql as $body$
    insert into {schema}.mt_streams as s (id, type, version) values (stream, aggregate, 0)
        on conflict (id) do update set version = s.version
        returning s.version;
$body$;
