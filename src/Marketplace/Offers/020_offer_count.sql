-- How many active offers a product has per listing type and currency, so that nobody has to count them. The number is the sum over the
-- shards: sellers of a hot product who post or pause at the same moment seldom wait for one another. Repricing does not touch it.
create table if not exists offer_count (
    product_id   text collate "C" not null,
    listing_type text collate "C" not null,
    currency     text collate "C" not null,
    shard        smallint not null,
    active       bigint not null,
    constraint offer_count_pkey primary key (product_id, listing_type, currency, shard)
);
