-- One row per feed, from the moment its upload is complete: a feed that is still being uploaded has chunks and nothing else.
-- applied: lines 1 to this one have their result, and what they do is in the log; it only moves in the transaction of both.
-- last_stream, last_version: the event with the highest position that the feed recorded.
create table if not exists feed (
    feed_id        uuid not null,
    seller_id      text collate "C" not null,
    number         bigint not null generated always as identity,
    actor          text not null,
    correlation_id text,
    lines          integer not null,
    applied        integer not null default 0,
    accepted       integer not null default 0,
    unchanged      integer not null default 0,
    rejected       integer not null default 0,
    uploaded_at    timestamptz not null,
    started_at     timestamptz,
    finished_at    timestamptz,
    cancelled      boolean not null default false,
    last_stream    text,
    last_version   bigint,
    version        bigint not null default 1,
    constraint feed_pkey primary key (feed_id)
) with (fillfactor = 50);

-- A seller's feeds in the order of their uploads, in which they are applied.
create unique index if not exists feed_of_seller on feed (seller_id, number);
create unique index if not exists feed_unfinished on feed (seller_id, number) where finished_at is null;
create index if not exists feed_finished on feed (finished_at) where finished_at is not null;
