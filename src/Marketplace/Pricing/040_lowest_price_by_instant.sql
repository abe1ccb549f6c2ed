-- What the lowest price and the number of active offers became at each instant at which either changed, by effective time.
-- The winner's columns are null and offer_count is 0 while no offer is active. Of several changes at one instant only the last is kept.
create table if not exists lowest_price_by_instant (
    product_id    text collate "C" not null,
    listing_type  text collate "C" not null,
    currency      text collate "C" not null,
    effective_at  timestamptz not null,
    position      bigint not null,
    offer_count   bigint not null,
    seller_id     text collate "C",
    sku           text collate "C",
    condition     text,
    price         numeric,
    shipping      numeric,
    price_since   timestamptz,
    -- Whether price, shipping or seller and sku differ from the row before; otherwise only count, condition or price_since do.
    is_price_step boolean not null,
    constraint lowest_price_by_instant_pkey primary key (product_id, listing_type, currency, effective_at)
);

-- The steps of the lowest price, without the rows between them that change something else.
create index if not exists lowest_price_by_instant_steps on lowest_price_by_instant
    (product_id, listing_type, currency, effective_at) where is_price_step;
