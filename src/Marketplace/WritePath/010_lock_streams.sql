-- Locks streams in the order of their keys before their events are appended in another order, so that two instances which append to the
-- same streams never wait for each other crosswise.
create or replace procedure lock_streams(keys text[]) language plpgsql as $body$
begin
    perform from (select id from mt_streams where id = any (keys) order by id collate "C" for no key update) as locked;
end $body$;
