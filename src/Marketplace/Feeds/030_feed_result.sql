-- What became of a feed's lines, one row for the lines that were applied in one transaction; item n of each array tells of the n-th of them.
-- outcomes: a letter per line, a: accepted, u: unchanged, r: rejected. versions: of the offer after the line, 0 for none.
-- errors: JSON arrays, null for none. A position is not known before the commit: it is read by stream and version.
create table if not exists feed_result (
    feed_id     uuid not null,
    first_line  integer not null,
    last_line   integer not null,
    outcomes    text not null,
    message_ids text[] not null,
    skus        text[] not null,
    versions    bigint[] not null,
    errors      text[] not null,
    constraint feed_result_pkey primary key (feed_id, last_line)
);
