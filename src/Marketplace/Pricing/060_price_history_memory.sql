-- The one row that says what a process must have made to go on from what it remembers, and how many numbers are given away. It is no fact
-- of the log: every batch of the projection leaves another mark, and who does not know it reads the tables instead.
create table if not exists price_history_memory (
    only_row boolean not null default true check (only_row),
    mark     uuid not null,
    offers   bigint not null,
    groups   bigint not null,
    constraint price_history_memory_pkey primary key (only_row)
);
