-- One row per event of an offer: the offer's terms after it and when it took effect. Who did it and why stays in the log, where the position
-- finds it. Within an offer, position and effective time order the rows alike.
create table if not exists offer_terms (
    offer_no     bigint not null,
    position     bigint not null,
    effective_at timestamptz not null,
    group_no     bigint not null,
    price_since  timestamptz not null,
    version      bigint not null,
    quantity     integer not null,
    paused       boolean not null,
    withdrawn    boolean not null,
    condition    text not null,
    price        numeric not null,
    shipping     numeric not null,
    constraint offer_terms_pkey primary key (offer_no, position)
);

-- An offer's terms at an instant.
create index if not exists offer_terms_effective on offer_terms (offer_no, effective_at, position);
