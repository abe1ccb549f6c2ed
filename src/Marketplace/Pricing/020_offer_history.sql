-- One row per event of an offer: the offer's terms after it and when it took effect. Who did it and why stays in the log, where the position
-- finds it. Within an offer, position and effective time order the rows alike.
create table if not exists offer_history (
    seller_id    text collate "C" not null,
    sku          text collate "C" not null,
    position     bigint not null,
    effective_at timestamptz not null,
    product_id   text collate "C" not null,
    listing_type text collate "C" not null,
    currency     text collate "C" not null,
    condition    text not null,
    price        numeric not null,
    shipping     numeric not null,
    quantity     integer not null,
    paused       boolean not null,
    withdrawn    boolean not null,
    price_since  timestamptz not null,
    version      bigint not null,
    constraint offer_history_pkey primary key (seller_id, sku, position)
);

-- An offer's terms at an instant.
create index if not exists offer_history_effective on offer_history (seller_id, sku, effective_at, position);
