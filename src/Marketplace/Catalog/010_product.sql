-- One row per product: its words as of its last event. Written in the transaction of the event.
create table if not exists product (
    product_id  text collate "C" not null,
    title       text not null,
    author      text,
    description text,
    version     bigint not null,
    constraint product_pkey primary key (product_id)
);
