-- Stores one event at the end of one stream; answers the version before and the event's sequence number.
-- The stream's row is written before the number is drawn: losers of a race burn none, and every writer has its
-- transaction id before it draws, which makes a gap decidable by evidence.
-- expected: version the stream must have (0: it must be absent), or null for whatever it is.
-- Errors: as mt_portable_refuse.
create or replace function {schema}.mt_portable_append_one(
    stream varchar, aggregate varchar, expected bigint, must_start boolean,
    event_id uuid, event_type varchar, dotnet_type varchar, event_data jsonb, stored timestamptz,
    correlation varchar, causation varchar, event_headers jsonb, actor varchar)
returns bigint[] language plpgsql as $body$
declare
    before bigint := expected;
    seq bigint;
begin
    if expected > 0 then
        update {schema}.mt_streams s set version = s.version + 1
            where s.id = stream and s.version = expected and s.is_archived is not true;
    elsif expected = 0 then
        insert into {schema}.mt_streams (id, type, version) values (stream, aggregate, 1) on conflict (id) do nothing;
    else
        insert into {schema}.mt_streams as s (id, type, version) values (stream, aggregate, 1)
            on conflict (id) do update set version = s.version + 1 where s.is_archived is not true
            returning s.version - 1 into before;
    end if;
    if not found then
        perform {schema}.mt_portable_refuse(stream, expected, must_start);
    end if;

    insert into {schema}.mt_events
        (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
    values (nextval('{schema}.mt_events_sequence'), event_id, stream, before + 1, event_data, event_type, stored, dotnet_type,
        correlation, causation, event_headers, actor)
    returning seq_id into seq;
    return array[before, seq];
end $body$;
