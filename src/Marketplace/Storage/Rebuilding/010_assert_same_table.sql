-- Ends the transaction unless a name still means the table that it meant when the caller read it. It waits for whoever replaces the table.
create or replace procedure assert_same_table(name text, expected oid) language plpgsql as $$
begin
    execute format('lock table %s in row exclusive mode', name);
    if name::regclass::oid <> expected then
        raise exception 'The table % was replaced while a batch was being made.', name using errcode = 'serialization_failure';
    end if;
end $$;
