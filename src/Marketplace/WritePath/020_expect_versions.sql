-- Fails unless these streams have these versions (0: no event): what was decided on them without an event must hold at the commit.
-- Errors: MW001 a stream has moved on.
create or replace procedure expect_versions(keys text[], versions bigint[]) language plpgsql as $body$
begin
    if exists (select from unnest(keys, versions) as expected (id, version)
                 left join lateral (select version from mt_streams where id = expected.id limit 1) as stream on true
                where coalesce(stream.version, 0) <> expected.version) then
        raise exception 'A stream has moved on' using errcode = 'MW001';
    end if;
end $body$;
