-- Counts the offers that one statement posts, once for each counter it touches and in the order of the counters: many offers of a hot
-- product may be posted in one statement, and two such statements must not wait for each other crosswise.
create or replace function count_posted_offers() returns trigger language plpgsql as $$
begin
    insert into offer_count as c
        select product_id, listing_type, currency, (hashtextextended(seller_id || '/' || sku, 0) & 7)::smallint as shard, count(*)
          from posted where status = 'active'
         group by product_id, listing_type, currency, shard
         order by product_id, listing_type, currency, shard
        on conflict (product_id, listing_type, currency, shard) do update set active = c.active + excluded.active;
    return null;
end $$;

do $$
begin
    if not exists (select from pg_trigger where tgrelid = 'current_offer'::regclass and tgname = 'current_offer_count_posted') then
        create trigger current_offer_count_posted after insert on current_offer
            referencing new table as posted for each statement execute function count_posted_offers();
    end if;
end $$;
