-- Stores events at the end of a stream; answers the version before and then their sequence numbers. Errors: as mt_portable_claim.
create or replace function {schema}.mt_portable_append(
    stream varchar, aggregate varchar, expected bigint, must_start boolean,
    event_ids uuid[], event_types varchar[], dotnet_types varchar[], event_datas jsonb[], storeds timestamptz[],
    correlations varchar[], causations varchar[], event_headers jsonb[], actors varchar[])
returns bigint[] language plpgsql as $body$
declare
    before bigint := {schema}.mt_portable_claim(stream, aggregate, expected, must_start, cardinality(event_ids));
    seqs bigint[];
begin
    -- One number after another: the order of the numbers is the order of the events.
    for i in 1 .. cardinality(event_ids) loop
        seqs[i] := nextval('{schema}.mt_events_sequence');
    end loop;
    insert into {schema}.mt_events
        (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
    select e.seq, e.id, stream, before + e.at, e.data, e.type, e.stored, e.dotnet, e.correlation, e.causation, e.headers, e.actor
    from unnest(seqs, event_ids, event_types, dotnet_types, event_datas, storeds, correlations, causations, event_headers, actors)
        with ordinality as e(seq, id, type, dotnet, data, stored, correlation, causation, headers, actor, at);
    return before || seqs;
end $body$;
