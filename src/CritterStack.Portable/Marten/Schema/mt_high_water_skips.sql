-- Gaps in the log that were found to stay gaps. Marten's own table.
create table if not exists {schema}.mt_high_water_skips (
    ending_sequence    bigint       not null,
    starting_sequence  bigint       not null,
    timestamp          timestamptz  null default (transaction_timestamp()),
    constraint pkey_mt_high_water_skips_ending_sequence primary key (ending_sequence)
);
