-- How far each asynchronous projection has come. Marten's own table.
create table if not exists {schema}.mt_event_progression (
    name          varchar      not null,
    last_seq_id   bigint       null,
    last_updated  timestamptz  null default (transaction_timestamp()),
    constraint pk_mt_event_progression primary key (name)
);
