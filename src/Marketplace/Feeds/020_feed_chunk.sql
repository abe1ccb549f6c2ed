-- The lines of feeds as they were uploaded, each with its line feed, many to a row; gone when they have been applied.
-- Written before the feed's own row, in transactions of their own: what an upload cut off by a crash has left is swept by its feed's id,
-- which tells when it began.
create table if not exists feed_chunk (
    feed_id    uuid not null,
    first_line integer not null,
    last_line  integer not null,
    content    bytea not null,
    constraint feed_chunk_pkey primary key (feed_id, first_line)
);

-- Read once or twice and then deleted: not worth compressing.
alter table feed_chunk alter column content set storage external;
