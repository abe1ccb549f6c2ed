-- One row per offer: its terms as of its last event. Written in the transaction of the event.
create table if not exists current_offer (
    seller_id      text collate "C" not null,
    sku            text collate "C" not null,
    product_id     text collate "C" not null,
    listing_type   text collate "C" not null,
    condition      text not null,
    condition_note text,
    currency       text collate "C" not null,
    price          numeric not null,
    shipping       numeric not null,
    landed_price   numeric not null generated always as (price + shipping) stored,
    quantity       integer not null,
    paused         boolean not null,
    withdrawn      boolean not null,
    status         text not null generated always as
        (case when withdrawn then 'withdrawn' when paused then 'paused' when quantity = 0 then 'sold_out' else 'active' end) stored,
    price_since    timestamptz not null,
    effective_at   timestamptz not null,
    version        bigint not null,
    constraint current_offer_pkey primary key (seller_id, sku)
);

-- The ladder: the active offers of a product by listing type and currency, cheapest first, ties by the rule of the lowest price.
create index if not exists current_offer_ladder on current_offer
    (product_id, listing_type, currency, landed_price, price_since, seller_id, sku) where status = 'active';
