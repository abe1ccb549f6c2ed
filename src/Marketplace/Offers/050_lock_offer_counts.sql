-- Locks the counters of products in one order before offers of them start or stop competing, so that two transactions with many offers
-- never wait for each other crosswise. Names are unqualified: in a rebuild they mean the copy being built.
create or replace procedure lock_offer_counts(products text[]) language plpgsql as $$
begin
    perform from (select from offer_count where product_id = any (products)
                   order by product_id, listing_type, currency, shard for no key update) as locked;
end $$;
