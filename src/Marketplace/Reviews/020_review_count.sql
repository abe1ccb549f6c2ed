-- How many visible reviews a product has per rating (0: without one), so that nobody has to count them. The number is the sum over the
-- shards: reviewers of a hot product who submit at the same moment seldom wait for one another. Votes do not touch it.
create table if not exists review_count (
    product_id text collate "C" not null,
    rating     integer not null,
    shard      smallint not null,
    visible    bigint not null,
    constraint review_count_pkey primary key (product_id, rating, shard)
);
