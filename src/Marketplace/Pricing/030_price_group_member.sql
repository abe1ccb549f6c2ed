-- Which offers ever were in a group, whether or not they still are.
create table if not exists price_group_member (
    group_no bigint not null,
    offer_no bigint not null,
    constraint price_group_member_pkey primary key (group_no, offer_no)
);
