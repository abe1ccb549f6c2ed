-- What the lowest price and the number of active offers of a group became, and when. One row may stand on both axes of time: by position where
-- the event at its position brought the change about in the order of the log, by instant where it did so in effective time. By instant only the
-- last of several changes at one instant is kept. The winner's terms are those of its offer_terms row at terms_at; both are null and offer_count
-- is 0 while no offer is active.
create table if not exists lowest_price_step (
    group_no      bigint not null,
    position      bigint not null,
    effective_at  timestamptz not null,
    offer_count   bigint not null,
    offer_no      bigint,
    terms_at      bigint,
    by_position   boolean not null,
    by_instant    boolean not null,
    -- By instant: whether price, shipping or offer differ from the row before; otherwise only count, condition or the price's age do.
    is_price_step boolean not null
);

create unique index if not exists lowest_price_step_by_position on lowest_price_step (group_no, position) where by_position;
create unique index if not exists lowest_price_step_by_instant on lowest_price_step (group_no, effective_at) where by_instant;

-- The steps of the lowest price, without the rows between them that change something else.
create index if not exists lowest_price_step_of_price on lowest_price_step (group_no, effective_at) where is_price_step;
