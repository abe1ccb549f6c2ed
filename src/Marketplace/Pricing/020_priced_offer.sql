-- Every offer there ever was, by a number that the other tables know it by: in the order in which they were first posted.
create table if not exists priced_offer (
    offer_no  bigint not null,
    seller_id text collate "C" not null,
    sku       text collate "C" not null,
    constraint priced_offer_pkey primary key (offer_no),
    constraint priced_offer_by_name unique (seller_id, sku)
);
