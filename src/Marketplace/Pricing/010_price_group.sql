-- Every listing type and currency in which a product ever had an offer, by a number that the other tables know it by.
create table if not exists price_group (
    group_no     bigint not null,
    product_id   text collate "C" not null,
    listing_type text collate "C" not null,
    currency     text collate "C" not null,
    constraint price_group_pkey primary key (group_no),
    constraint price_group_by_name unique (product_id, listing_type, currency)
);

-- Before offers and groups had numbers the price history was kept otherwise: those tables go, and it begins anew at the first event.
do $$
begin
    if to_regclass('history_ladder') is null then return; end if;
    drop table if exists history_group, offer_history, history_ladder, lowest_price_by_instant, lowest_price_by_position;
    if to_regclass('mt_event_progression') is not null then
        delete from mt_event_progression where name = 'PriceHistory:All';
    end if;
end $$;
