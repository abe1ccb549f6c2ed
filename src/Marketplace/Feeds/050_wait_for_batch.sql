-- Waits until the transaction that stores the batch before has ended. Each one holds the lock of its own batch from its beginning; who comes
-- behind another asks for that one's, shared, so that it is had as soon as the other is committed or undone. 2 seconds at the most: the
-- transaction before waits for nobody longer than its own limit, and otherwise only works.
-- Errors: MF001 as advance_feed; 55P03 the transaction before is still under way.
create or replace procedure wait_for_batch(batch text) language plpgsql as $body$
begin
    if current_setting('lock_timeout') = '0' then
        raise exception 'Batch % is not awaited by the transaction that began behind it', batch using errcode = 'MF001';
    end if;
    perform set_config('lock_timeout', '2s', true);
    perform pg_advisory_xact_lock_shared(hashtextextended('feed batch ' || batch, 0));
end $body$;
