-- Moves a feed on from one line to another, in the transaction that applies the lines between them: exactly once, because it fails unless
-- the feed stands where the transaction began, and has neither finished nor been cancelled.
-- Errors: MF001 the feed stands elsewhere.
create or replace procedure advance_feed(feed uuid, from_line integer, to_line integer, more_accepted integer, more_unchanged integer,
    more_rejected integer, stream text, stream_version bigint, began timestamptz, ended timestamptz)
language plpgsql as $body$
begin
    update feed as f set applied = to_line, accepted = f.accepted + more_accepted, unchanged = f.unchanged + more_unchanged,
            rejected = f.rejected + more_rejected, started_at = coalesce(f.started_at, began),
            finished_at = case when to_line = f.lines then ended end, last_stream = coalesce(nullif(stream, ''), f.last_stream),
            last_version = coalesce(nullif(stream_version, 0), f.last_version), version = f.version + 1
        where f.feed_id = advance_feed.feed and f.applied = from_line and f.finished_at is null;
    if not found then
        raise exception 'Feed % does not stand at line %', feed, from_line using errcode = 'MF001';
    end if;
end $body$;

-- A former version's.
drop procedure if exists wait_for_batch(text);
