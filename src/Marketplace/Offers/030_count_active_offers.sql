-- Keeps offer_count true to current_offer when offers change. Names are unqualified: in a rebuild they mean the copy being built.
create or replace function count_active_offers() returns trigger language plpgsql as $$
begin
    if old.status = 'active' then
        insert into offer_count as c values (old.product_id, old.listing_type, old.currency,
                (hashtextextended(old.seller_id || '/' || old.sku, 0) & 7)::smallint, -1)
            on conflict (product_id, listing_type, currency, shard) do update set active = c.active - 1;
    end if;
    if tg_op = 'UPDATE' and new.status = 'active' then
        insert into offer_count as c values (new.product_id, new.listing_type, new.currency,
                (hashtextextended(new.seller_id || '/' || new.sku, 0) & 7)::smallint, 1)
            on conflict (product_id, listing_type, currency, shard) do update set active = c.active + 1;
    end if;
    return null;
end $$;

do $$
begin
    if not exists (select from pg_trigger where tgrelid = 'current_offer'::regclass and tgname = 'current_offer_count_update') then
        create trigger current_offer_count_delete after delete on current_offer
            for each row when (old.status = 'active') execute function count_active_offers();
        create trigger current_offer_count_update after update on current_offer
            for each row when ((old.status = 'active' or new.status = 'active')
                and (old.status, old.product_id, old.listing_type, old.currency)
                    is distinct from (new.status, new.product_id, new.listing_type, new.currency))
            execute function count_active_offers();
    end if;
end $$;
