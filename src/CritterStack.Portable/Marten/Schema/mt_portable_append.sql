-- Stores events at the end of streams; answers the streams' versions before and then the events' sequence numbers.
-- Every stream is locked and checked before the first number is drawn: see mt_portable_lock, and for why mt_portable_append_one.
-- event_streams: place of each event's stream in streams; event_offsets: place of each event among the new ones of its stream.
create or replace function {schema}.mt_portable_append(
    streams varchar[], aggregates varchar[], expecteds bigint[], must_starts boolean[], counts integer[],
    event_streams integer[], event_offsets integer[], event_ids uuid[], event_types varchar[], dotnet_types varchar[],
    event_datas jsonb[], storeds timestamptz[], correlations varchar[], causations varchar[], event_headers jsonb[], actors varchar[])
returns bigint[] language plpgsql as $body$
declare
    befores bigint[] := {schema}.mt_portable_lock(streams, aggregates, expecteds, must_starts);
    seqs bigint[];
begin
    update {schema}.mt_streams s set version = s.version + k.events from unnest(streams, counts) as k(id, events) where s.id = k.id;

    with stored as (
        insert into {schema}.mt_events
            (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
        select nextval('{schema}.mt_events_sequence'), e.id, streams[e.stream], befores[e.stream] + e.place, e.data, e.type, e.stored,
            e.dotnet, e.correlation, e.causation, e.headers, e.actor
        from unnest(event_streams, event_offsets, event_ids, event_types, dotnet_types, event_datas, storeds, correlations, causations,
            event_headers, actors) as e(stream, place, id, type, dotnet, data, stored, correlation, causation, headers, actor)
        returning seq_id)
    -- Numbers rise as events are stored, in their order.
    select array_agg(seq_id order by seq_id) into seqs from stored;
    return befores || seqs;
end $body$;
