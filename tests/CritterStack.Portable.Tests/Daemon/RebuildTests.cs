using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Daemon.Rebuilding;
using Microsoft.Extensions.Hosting;

namespace CritterStack.Portable.Tests.Daemon;

/// <summary>Rebuilds: what replaces the old rows, when, and what stays when one is interrupted.</summary>
public sealed class RebuildTests
{
    // All that describes the tables to those who use them; object numbers left out.
    private const string Shape =
        """
        with t as (select c.* from pg_class c where c.oid in ('tally.sum'::regclass, 'tally.step'::regclass))
        select string_agg(line, E'\n' order by line) from (
            select format('%s %s %s %s', oid::regclass, reloptions, relacl, obj_description(oid, 'pg_class')) as line from t
            union all
            select format('%s %s %s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attacl,
                pg_get_expr(adbin, adrelid))
              from pg_attribute a join t on t.oid = attrelid left join pg_attrdef d on adrelid = attrelid and adnum = attnum
             where attnum > 0
            union all
            select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid))
              from pg_constraint k join t on t.oid = conrelid
            union all
            select pg_get_indexdef(indexrelid) from pg_index join t on t.oid = indrelid
            union all
            select pg_get_triggerdef(g.oid) from pg_trigger g join t on t.oid = tgrelid where not tgisinternal) s
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_are_rebuilt_under_writers_and_the_tables_keep_their_shape(bool inline)
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(inline ? TallyDatabase.Inline : TallyDatabase.Async, DaemonMode.Solo);
        await TallyDatabase.WriteAsync(host, "early", 300);
        var shape = await tally.Database.ScalarAsync<string>(Shape);
        await tally.Database.ExecuteAsync("insert into tally.sum values ('of no event', 1, 1)");

        var done = false;
        var writing = Task.WhenAll(Enumerable.Range(0, 6).Select(async n =>
        {
            for (var round = 0; !done; round++)
                await TallyDatabase.WriteAsync(host, $"stream {n} {round % 3}", 20);
        }));
        using var daemon = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        for (var round = 0; round < 5; round++)
            await daemon.RebuildProjectionAsync("Sums", CancellationToken.None);
        done = true;
        await writing;
        if (!inline)
            await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
        Assert.Equal(shape, await tally.Database.ScalarAsync<string>(Shape));
        Assert.Equal(0, await LeftoversAsync(tally));
    }

    [Fact]
    public async Task A_writer_that_waits_for_the_swap_writes_the_new_table()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Inline);
        await TallyDatabase.WriteAsync(host, "early", 50);

        // One writer has written its rows and holds the tables; more line up while the swap waits for the lock.
        await using var holder = await tally.Database.OpenAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await using (var touch = new Npgsql.NpgsqlCommand("update tally.sum set events = events where stream = 'early'", holder))
            await touch.ExecuteNonQueryAsync();
        using var daemon = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        var rebuilding = daemon.RebuildProjectionAsync("Sums", CancellationToken.None);
        await TallyDatabase.EventuallyAsync(
            async () => await tally.Database.ScalarAsync<bool>(
                "select exists (select from pg_locks where not granted and mode = 'AccessExclusiveLock')"),
            "the swap waits for the tables");
        var writing = Task.WhenAll(Enumerable.Range(0, 5).Select(n => TallyDatabase.WriteAsync(host, $"late {n}", 30)));
        await Task.Delay(700);
        await holding.CommitAsync();
        await Task.WhenAll(rebuilding, writing);
        await tally.AssertRowsAreTheLogAsync();
    }

    [Fact]
    public async Task An_uncommitted_inline_writer_is_neither_lost_nor_doubled()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Inline);
        await TallyDatabase.WriteAsync(host, "early", 20);

        // Its events are written and its number drawn, its rows are not: the rebuild must leave them to it.
        await using var writer = await RawWriter.BeginAsync(tally, "open");
        await writer.InsertAsync(await writer.DrawAsync());
        await TallyDatabase.WriteAsync(host, "beyond", 20);
        using var daemon = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        await daemon.RebuildProjectionAsync("Sums", CancellationToken.None);
        await writer.ExecuteAsync("insert into tally.sum values ('open', 1, 1)");
        await writer.ExecuteAsync("insert into tally.step values ('open', 1, 1)");
        await writer.CommitAsync();
        await tally.AssertRowsAreTheLogAsync();
    }

    [Theory]
    [InlineData("backend")]
    [InlineData("cancelled")]
    [InlineData("event")]
    public async Task An_interrupted_rebuild_leaves_the_old_rows_and_does_not_hinder_the_next(string how)
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var standing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rebuilds = false;
        var host = await tally.StartAsync(
            store => store.Projections.Add(
                new Sums(async (_, token) =>
                {
                    if (!rebuilds)
                        return;
                    standing.TrySetResult();
                    await go.Task.WaitAsync(token);
                }),
                ProjectionLifecycle.Inline,
                "Sums",
                TallyDatabase.Declare));
        await TallyDatabase.WriteAsync(host, "stream", 40);
        var oid = await tally.Database.ScalarAsync<uint>("select 'tally.sum'::regclass::oid");
        rebuilds = true;
        using var daemon = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        using var cancellation = new CancellationTokenSource();
        var rebuilding = daemon.RebuildProjectionAsync("Sums", cancellation.Token);
        await standing.Task.WaitAsync(TimeSpan.FromSeconds(60));

        using var second = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        var refused = await RefusedAsync(second);
        Assert.Contains("is being rebuilt already", refused.Message, StringComparison.Ordinal);

        if (how == "backend")
        {
            await tally.Database.ExecuteAsync(
                """
                select pg_terminate_backend(pid, 10000) from pg_locks
                 where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
                """);
            go.SetResult();
        }
        else if (how == "cancelled")
        {
            await cancellation.CancelAsync();
        }
        else
        {
            go.SetException(new InvalidDataException("broken"));
        }
        Assert.NotNull(await Record.ExceptionAsync(() => rebuilding));
        Assert.Equal(oid, await tally.Database.ScalarAsync<uint>("select 'tally.sum'::regclass::oid"));
        await tally.AssertRowsAreTheLogAsync();

        rebuilds = false;
        await daemon.RebuildProjectionAsync("Sums", CancellationToken.None);
        await tally.AssertRowsAreTheLogAsync();
        Assert.NotEqual(oid, await tally.Database.ScalarAsync<uint>("select 'tally.sum'::regclass::oid"));
        Assert.Equal(0, await LeftoversAsync(tally));
    }

    [Fact]
    public async Task A_projection_that_writes_what_it_has_not_declared_is_not_rebuilt()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(store => store.Projections.Add(
            new Sums(), ProjectionLifecycle.Inline, "Sums", o => o.DeleteDataInTableOnTeardown("tally.step")));
        await TallyDatabase.WriteAsync(host, "stream", 20);
        using var daemon = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        var refused = await RefusedAsync(daemon);
        Assert.Contains("its SQL uses sum", refused.Message, StringComparison.Ordinal);
        await tally.AssertRowsAreTheLogAsync();
    }

    [Theory]
    [InlineData("create view tally.total as select sum(total) from tally.sum", "view")]
    [InlineData("create table tally.other(stream text references tally.sum)", "foreign key")]
    [InlineData("alter table tally.sum add column number bigserial", "sequence")]
    [InlineData("create publication p for table tally.sum", "publication")]
    public async Task Tables_that_cannot_be_replaced_are_named_before_anything_is_done(string ddl, string reason)
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Inline);
        await tally.Database.ExecuteAsync(ddl);
        using var daemon = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        var refused = await RefusedAsync(daemon);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_rebuild_left_behind_is_removed_by_the_next_daemon()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var schema = Marten.Events.Daemon.Identifiers.ShadowSchema("tally", "Sums");
        await tally.Database.ExecuteAsync($"create schema {schema}; create table {schema}.sum()");
        await tally.StartAsync(TallyDatabase.Async, DaemonMode.HotCold);
        await TallyDatabase.EventuallyAsync(async () => await LeftoversAsync(tally) == 0, "the copies are gone");
    }

    [Fact]
    public async Task Without_declared_tables_an_asynchronous_projection_is_run_again_over_its_rows()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(store => store.Projections.Add(new Sums(), ProjectionLifecycle.Async, "Sums"), DaemonMode.Solo);
        await TallyDatabase.WriteAsync(host, "stream", 200);
        await tally.CaughtUpAsync();
        await tally.Database.ExecuteAsync("truncate tally.sum, tally.step");
        using var daemon = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        await daemon.RebuildProjectionAsync("Sums", CancellationToken.None);
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
    }

    [Fact]
    public void Qualified_names_of_owned_tables_are_rewritten_and_nothing_else()
    {
        var rewrite = new TableRewrite("s_rebuild_x", [new OwnedTable(1, "s", "price")]);
        Assert.Equal(
            """insert into "s_rebuild_x"."price" select * from price, s.prices, "s_rebuild_x"."price" where x = 's.price' --s.price""",
            rewrite.Apply("""insert into s.price select * from price, s.prices, "s" . "price" where x = 's.price' --s.price"""));
    }

    private static Task<InvalidOperationException> RefusedAsync(IProjectionDaemon daemon) =>
        Assert.ThrowsAsync<InvalidOperationException>(() => daemon.RebuildProjectionAsync("Sums", CancellationToken.None));

    private static Task<long> LeftoversAsync(TallyDatabase tally) =>
        tally.Database.ScalarAsync<long>("select count(*) from pg_namespace where nspname like '%rebuild%'");
}
