-- What the lowest price and the number of active offers became at each position at which either changed, in the order of the log.
-- The winner's columns are null and offer_count is 0 while no offer is active.
create table if not exists lowest_price_by_position (
    product_id   text collate "C" not null,
    listing_type text collate "C" not null,
    currency     text collate "C" not null,
    position     bigint not null,
    offer_count  bigint not null,
    seller_id    text collate "C",
    sku          text collate "C",
    condition    text,
    price        numeric,
    shipping     numeric,
    price_since  timestamptz,
    constraint lowest_price_by_position_pkey primary key (product_id, listing_type, currency, position)
);
