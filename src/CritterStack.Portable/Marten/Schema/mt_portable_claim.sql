-- Locks a stream and moves its version on by the number of events about to be stored; answers the version before.
-- The row is written before any sequence number is drawn: losers of a race burn none, and every writer has its
-- transaction id before it draws, which makes a gap decidable by evidence.
-- expected: version the stream must have (0: must be absent), or null for whatever it is.
-- Errors: MT001 the stream is at another version, MT002 it exists already, MT003 it is archived; the hint is the version it is at and its key.
create or replace function {schema}.mt_portable_claim(
    stream varchar, aggregate varchar, expected bigint, must_start boolean, events integer)
returns bigint language plpgsql as $body$
declare
    before bigint;
    archived boolean;
begin
    if expected > 0 then
        update {schema}.mt_streams s set version = s.version + events
            where s.id = stream and s.version = expected and s.is_archived is not true;
        if found then
            return expected;
        end if;
    elsif expected = 0 then
        insert into {schema}.mt_streams (id, type, version) values (stream, aggregate, events) on conflict (id) do nothing;
        if found then
            return 0;
        end if;
    else
        insert into {schema}.mt_streams as s (id, type, version) values (stream, aggregate, events)
            on conflict (id) do update set version = s.version + events where s.is_archived is not true
            returning s.version - events into before;
        if found then
            return before;
        end if;
    end if;

    select s.version, s.is_archived into before, archived from {schema}.mt_streams s where s.id = stream;
    if archived then
        raise exception 'Attempted to append event to archived stream with Id ''%''.', stream using errcode = 'MT003', hint = concat(before, ' ', stream);
    elsif must_start then
        raise exception 'Stream #% already exists in the database', stream using errcode = 'MT002', hint = concat(before, ' ', stream);
    else
        raise exception 'Stream % is not at version %', stream, expected using errcode = 'MT001', hint = concat(coalesce(before, 0), ' ', stream);
    end if;
end $body$;
