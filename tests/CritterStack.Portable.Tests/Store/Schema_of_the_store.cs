using Microsoft.Extensions.Hosting;
using Npgsql;
using TestSupport;

namespace CritterStack.Portable.Tests.Store;

public sealed class Schema_of_the_store
{
    [Fact]
    public async Task Its_tables_are_Martens_own()
    {
        await using var store = await ShopStore.StartAsync();

        var columns = await LinesAsync(store.Database, """
            select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                || case when a.attnotnull then ' not null' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where c.relnamespace = 'shop'::regnamespace and c.relkind = 'r' order by c.relname, a.attnum
            """);

        Assert.Equal(
            [
                "mt_event_progression.name character varying not null",
                "mt_event_progression.last_seq_id bigint",
                "mt_event_progression.last_updated timestamp with time zone default transaction_timestamp()",
                "mt_events.seq_id bigint not null",
                "mt_events.id uuid not null",
                "mt_events.stream_id character varying",
                "mt_events.version bigint not null",
                "mt_events.data jsonb not null",
                "mt_events.bdata bytea",
                "mt_events.type character varying(500) not null",
                "mt_events.timestamp timestamp with time zone not null default now()",
                "mt_events.tenant_id character varying default '*DEFAULT*'::character varying",
                "mt_events.mt_dotnet_type character varying",
                "mt_events.correlation_id character varying",
                "mt_events.causation_id character varying",
                "mt_events.headers jsonb",
                "mt_events.user_name character varying",
                "mt_events.is_archived boolean default false",
                "mt_high_water_skips.ending_sequence bigint not null",
                "mt_high_water_skips.starting_sequence bigint not null",
                "mt_high_water_skips.timestamp timestamp with time zone default transaction_timestamp()",
                "mt_streams.id character varying not null",
                "mt_streams.type character varying",
                "mt_streams.version bigint",
                "mt_streams.timestamp timestamp with time zone not null default now()",
                "mt_streams.created timestamp with time zone not null default now()",
                "mt_streams.tenant_id character varying default '*DEFAULT*'::character varying",
                "mt_streams.is_archived boolean default false",
            ],
            columns);
    }

    [Fact]
    public async Task Its_constraints_and_indexes_have_Martens_names()
    {
        await using var store = await ShopStore.StartAsync();

        var names = await LinesAsync(store.Database, """
            select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'shop'::regnamespace
            union all
            select indexname || ' ' || indexdef from pg_indexes
            where schemaname = 'shop' and indexname not in (select conname from pg_constraint)
            union all
            select 'sequence of ' || pg_get_serial_sequence('shop.mt_events', 'seq_id')
            order by 1
            """);

        Assert.Equal(
            [
                "fkey_mt_events_stream_id FOREIGN KEY (stream_id) REFERENCES shop.mt_streams(id) ON DELETE CASCADE",
                "pk_mt_event_progression PRIMARY KEY (name)",
                "pk_mt_events_stream_and_version CREATE UNIQUE INDEX pk_mt_events_stream_and_version "
                    + "ON shop.mt_events USING btree (stream_id, version)",
                "pkey_mt_events_seq_id PRIMARY KEY (seq_id)",
                "pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence)",
                "pkey_mt_streams_id PRIMARY KEY (id)",
                "sequence of shop.mt_events_sequence",
            ],
            names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_processes_may_create_it_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();

        var hosts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ShopStore.StartHostAsync(database.With(maxPoolSize: 2))));

        Assert.Equal(4L, await database.ScalarAsync<long>("select count(*) from pg_tables where schemaname = 'shop'"));
        foreach (var host in hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    [Fact]
    public async Task A_log_without_some_of_the_metadata_gets_it()
    {
        await using var store = await ShopStore.StartAsync();
        await store.Database.ExecuteAsync("alter table shop.mt_events drop column user_name");
        await store.Database.ExecuteAsync("drop table shop.mt_high_water_skips");

        using var host = await ShopStore.StartHostAsync(store.Database.ConnectionString);

        Assert.Equal(1L, await store.Database.ScalarAsync<long>(
            "select count(*) from information_schema.columns where table_schema = 'shop' and column_name = 'user_name'"));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("synchronous_commit")]
    public async Task A_database_that_may_lose_acknowledged_writes_is_refused(string setting)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"alter database \"{database.Name}\" set {setting} = off");

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => ShopStore.StartHostAsync(database.ConnectionString));

        Assert.Contains(setting + " = off", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("CritterStack:AllowUnsafeDurability", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_used_when_the_configuration_says_so_by_name()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"alter database \"{database.Name}\" set synchronous_commit = off");

        using var host = await ShopStore.StartHostAsync(database.ConnectionString, allowUnsafe: "true");

        await host.StopAsync();
    }

    [Fact]
    public void A_schema_name_that_is_no_plain_name_is_refused() =>
        Assert.Throws<ArgumentException>(() => Marten.Internal.SchemaScripts.For("shop; drop schema public"));

    private static async Task<string[]> LinesAsync(TestDatabase database, string sql)
    {
        await using var connection = await database.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await rows.ReadAsync())
        {
            lines.Add(rows.GetString(0));
        }

        return [.. lines];
    }
}
