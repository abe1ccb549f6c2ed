-- Tells why a stream cannot be appended to. Called once that is certain, with the stream's row locked where there is one.
-- Errors: MT001 it is at another version, MT002 it exists already, MT003 it is archived; the hint is its version and its key.
create or replace function {schema}.mt_portable_refuse(stream varchar, expected bigint, must_start boolean)
returns void language plpgsql as $body$
declare
    actual bigint;
    archived boolean;
begin
    select s.version, s.is_archived into actual, archived from {schema}.mt_streams s where s.id = stream;
    if archived then
        raise exception 'Attempted to append event to archived stream with Id ''%''.', stream
            using errcode = 'MT003', hint = concat(actual, ' ', stream);
    elsif must_start then
        raise exception 'Stream #% already exists in the database', stream
            using errcode = 'MT002', hint = concat(actual, ' ', stream);
    else
        raise exception 'Stream % is at version %, not at %', stream, coalesce(actual, 0), expected
            using errcode = 'MT001', hint = concat(coalesce(actual, 0), ' ', stream);
    end if;
end $body$;
