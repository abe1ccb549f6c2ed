-- Keeps review_count true to review. Names are unqualified: in a rebuild they mean the copy being built.
create or replace function count_visible_reviews() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.status = 'visible' then
        insert into review_count as c values (old.product_id, coalesce(old.rating, 0),
                (hashtextextended(old.reviewer_id, 0) & 7)::smallint, -1)
            on conflict (product_id, rating, shard) do update set visible = c.visible - 1;
    end if;
    if tg_op <> 'DELETE' and new.status = 'visible' then
        insert into review_count as c values (new.product_id, coalesce(new.rating, 0),
                (hashtextextended(new.reviewer_id, 0) & 7)::smallint, 1)
            on conflict (product_id, rating, shard) do update set visible = c.visible + 1;
    end if;
    return null;
end $$;

do $$
begin
    if not exists (select from pg_trigger where tgrelid = 'review'::regclass and tgname = 'review_count_insert') then
        create trigger review_count_insert after insert on review
            for each row when (new.status = 'visible') execute function count_visible_reviews();
        create trigger review_count_delete after delete on review
            for each row when (old.status = 'visible') execute function count_visible_reviews();
        create trigger review_count_update after update on review
            for each row when ((old.status = 'visible' or new.status = 'visible')
                and (old.status, old.rating) is distinct from (new.status, new.rating))
            execute function count_visible_reviews();
    end if;
end $$;
