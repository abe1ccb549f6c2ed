-- One row per review: rating, words, votes and switches as of its last event. Written in the transaction of the event.
create table if not exists review (
    product_id  text collate "C" not null,
    reviewer_id text collate "C" not null,
    rating      integer,
    title       text not null,
    body        text not null,
    written_at  timestamptz not null,
    helpful     integer not null,
    unhelpful   integer not null,
    hidden      boolean not null,
    withdrawn   boolean not null,
    status      text not null generated always as
        (case when withdrawn then 'withdrawn' when hidden then 'hidden' else 'visible' end) stored,
    version     bigint not null,
    constraint review_pkey primary key (product_id, reviewer_id)
);

-- The lists of a product's visible reviews, each read from its end to its beginning.
create index if not exists review_helpful on review (product_id, helpful, written_at, reviewer_id) where status = 'visible';
create index if not exists review_recent on review (product_id, written_at, reviewer_id) where status = 'visible';
