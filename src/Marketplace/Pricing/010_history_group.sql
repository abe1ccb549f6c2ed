-- Every listing type and currency in which a product ever had an offer, and the latest instant at which something took effect there.
create table if not exists history_group (
    product_id   text collate "C" not null,
    listing_type text collate "C" not null,
    currency     text collate "C" not null,
    effective_at timestamptz not null,
    constraint history_group_pkey primary key (product_id, listing_type, currency)
) with (fillfactor = 80);
