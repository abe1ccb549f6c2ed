-- Locks the counters of products in one order before reviews of them start or stop counting, so that two transactions with many reviews
-- never wait for each other crosswise. Names are unqualified: in a rebuild they mean the copy being built.
create or replace procedure lock_review_counts(products text[]) language plpgsql as $$
begin
    perform from (select from review_count where product_id = any (products) order by product_id, rating, shard for no key update) as locked;
end $$;
