-- Stores one event at the end of a stream; answers its version and its sequence number. Errors: as mt_portable_claim.
create or replace function {schema}.mt_portable_append_one(
    stream varchar, aggregate varchar, expected bigint, must_start boolean,
    event_id uuid, event_type varchar, dotnet_type varchar, event_data jsonb, stored timestamptz,
    correlation varchar, causation varchar, event_headers jsonb, actor varchar)
returns bigint[] language plpgsql as $body$
declare
    before bigint := {schema}.mt_portable_claim(stream, aggregate, expected, must_start, 1);
    seq bigint;
begin
    insert into {schema}.mt_events
        (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
    values (nextval('{schema}.mt_events_sequence'), event_id, stream, before + 1, event_data, event_type, stored, dotnet_type,
        correlation, causation, event_headers, actor)
    returning seq_id into seq;
    return array[before, seq];
end $body$;
