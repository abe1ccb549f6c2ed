-- What each review was from one event to the next: one row per span, on both axes of time. A span holds from its beginning up to, but not
-- including, its end; the one in force has none. Written behind the log by the projection ReviewHistory.
create table if not exists review_history (
    product_id       text collate "C" not null,
    reviewer_id      text collate "C" not null,
    position         bigint not null,
    position_to      bigint not null,
    effective_at     timestamptz not null,
    effective_to     timestamptz not null,
    rating           integer,
    hidden           boolean not null,
    withdrawn        boolean not null,
    visible          boolean not null generated always as (not hidden and not withdrawn) stored,
    helpful          integer not null,
    unhelpful        integer not null,
    written_at       timestamptz not null,
    content_position bigint not null,
    version          bigint not null,
    constraint review_history_pkey primary key (product_id, reviewer_id, position)
);

-- The visible reviews of a product at an instant, and at a position.
create index if not exists review_history_instant on review_history
    (product_id, effective_to, effective_at) include (rating) where visible;
create index if not exists review_history_position on review_history
    (product_id, position_to, position) include (rating) where visible;
