-- The last terms of each offer in each listing type and currency of each product it was ever posted in, as of the price history's progress.
create table if not exists history_ladder (
    seller_id    text collate "C" not null,
    sku          text collate "C" not null,
    product_id   text collate "C" not null,
    listing_type text collate "C" not null,
    currency     text collate "C" not null,
    position     bigint not null,
    effective_at timestamptz not null,
    condition    text not null,
    price        numeric not null,
    shipping     numeric not null,
    landed_price numeric not null generated always as (price + shipping) stored,
    quantity     integer not null,
    paused       boolean not null,
    withdrawn    boolean not null,
    active       boolean not null generated always as (not withdrawn and not paused and quantity > 0) stored,
    price_since  timestamptz not null,
    -- The offer leads, so that only the indexes below can answer for a product: they alone keep its order.
    constraint history_ladder_pkey primary key (seller_id, sku, product_id, listing_type, currency)
);

-- Those that compete, in the order in which they do.
create index if not exists history_ladder_active on history_ladder
    (product_id, listing_type, currency, landed_price, price_since, seller_id, sku) where active;

-- Those that changed since an instant, for rewinding; and all that ever were there.
create index if not exists history_ladder_effective on history_ladder (product_id, listing_type, currency, effective_at);
