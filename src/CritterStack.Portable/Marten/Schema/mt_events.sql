-- The log. Marten's own table, with all metadata.
create table if not exists {schema}.mt_events (
    seq_id          bigint        not null,
    id              uuid          not null,
    stream_id       varchar       null,
    version         bigint        not null,
    data            jsonb         not null,
    bdata           bytea         null,
    type            varchar(500)  not null,
    timestamp       timestamptz   not null default (now()),
    tenant_id       varchar       null default '*DEFAULT*',
    mt_dotnet_type  varchar       null,
    correlation_id  varchar       null,
    causation_id    varchar       null,
    headers         jsonb         null,
    user_name       varchar       null,
    is_archived     boolean       null default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id foreign key (stream_id) references {schema}.mt_streams (id) on delete cascade
);
create unique index if not exists pk_mt_events_stream_and_version on {schema}.mt_events using btree (stream_id, version);
create sequence if not exists {schema}.mt_events_sequence;
alter sequence {schema}.mt_events_sequence owned by {schema}.mt_events.seq_id;
-- A log that was made without some of the metadata gets it.
alter table {schema}.mt_events
    add column if not exists correlation_id varchar null,
    add column if not exists causation_id varchar null,
    add column if not exists headers jsonb null,
    add column if not exists user_name varchar null;
