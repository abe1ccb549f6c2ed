using Alba;
using Marketplace.Hosting;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Operations;
using Microsoft.Extensions.DependencyInjection;
using TestSupport;

namespace Marketplace.HttpTests.Operations;

/// <summary>Rebuilds beside writers and beside the daemon of another instance, and what one that is interrupted leaves.</summary>
public sealed class RebuildTests : IAsyncLifetime
{
    // All that describes the tables to those who use them; object numbers left out.
    private const string Shape = """
        with t as (select * from pg_class where relnamespace = 'marketplace'::regnamespace and relkind = 'r' and relname not like 'mt\_%')
        select string_agg(line, E'\n' order by line) from (
            select format('%s %s %s', oid::regclass, reloptions, relacl) as line from t
            union all
            select format('%s %s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
              from pg_attribute a join t on t.oid = attrelid left join pg_attrdef d on adrelid = attrelid and adnum = attnum where attnum > 0
            union all
            select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid)) from pg_constraint k join t on t.oid = conrelid
            union all
            select pg_get_indexdef(indexrelid) from pg_index join t on t.oid = indrelid
            union all
            select translate(pg_get_triggerdef(g.oid), '()', '') from pg_trigger g join t on t.oid = tgrelid where not tgisinternal) as lines
        """;

    private TestDatabase _database = null!;
    private IAlbaHost _one = null!;
    private IAlbaHost _two = null!;

    private Rebuilds Rebuilds => _two.Services.GetRequiredService<Rebuilds>();

    public async Task InitializeAsync()
    {
        _database = await MarketplaceFixture.NewDatabaseAsync();
        // The first to start runs the daemon.
        _one = await MarketplaceFixture.StartAsync(_database.ConnectionString);
        _two = await MarketplaceFixture.StartAsync(_database.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await _two.DisposeAsync();
        await _one.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Every_read_model_is_rebuilt_under_writes_at_two_instances_and_its_rows_are_those_of_the_log()
    {
        await _database.ExecuteAsync("alter table marketplace.product set (fillfactor = 90)");
        await _database.ExecuteAsync("grant select on marketplace.product to public");
        var shape = await _database.ScalarAsync<string>(Shape);
        // Of no event: it must be gone.
        await _database.ExecuteAsync("insert into marketplace.product (product_id, title, version) values ('of-no-event', 'x', 1)");
        using var enough = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(n => WriteAsync(new Api(n % 2 == 0 ? _one : _two), n, enough.Token)).ToArray();
        for (var round = 0; round < 3; round++)
            foreach (var name in Rebuilds.Names) Assert.Null((await Rebuilds.RunAsync(name, CancellationToken.None)).Refusal);
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        await CaughtUpAsync();
        var live = await RowsAsync();
        Assert.DoesNotContain(live, row => row.Contains("of-no-event"));
        foreach (var name in Rebuilds.Names) await Rebuilds.RunAsync(name, CancellationToken.None);
        Assert.Equal(live, await RowsAsync());
        Assert.Equal(shape, await _database.ScalarAsync<string>(Shape));
        Assert.Equal(0, await LeftoversAsync());
        await AssertRowsAreTheLogsAsync();
    }

    [Fact]
    public async Task Readers_see_the_old_rows_or_the_new_ones()
    {
        for (var n = 0; n < 5; n++) await WriteOnceAsync(new Api(_one), 0, n);
        await CaughtUpAsync();
        var rows = await RowsAsync();
        var rebuilding = Task.Run(async () =>
        {
            foreach (var name in Rebuilds.Names) await Rebuilds.RunAsync(name, CancellationToken.None);
        });
        do
            Assert.Equal(rows, await RowsAsync());
        while (!rebuilding.IsCompleted);
        await rebuilding;
    }

    [Theory]
    [InlineData("CurrentOffers", "current_offer", "cancelled")]
    [InlineData("CurrentOffers", "current_offer", "cut")]
    [InlineData("PriceHistory", "offer_terms", "cancelled")]
    [InlineData("PriceHistory", "offer_terms", "cut")]
    public async Task One_that_is_interrupted_leaves_the_old_rows_and_the_next_clears_up(string name, string table, string how)
    {
        for (var n = 0; n < 5; n++) await WriteOnceAsync(new Api(_one), 0, n);
        await CaughtUpAsync();
        var (rows, oid) = (await RowsAsync(), await OidAsync(table));

        // It stands before the swap as long as somebody reads the table.
        await using (var reader = await _database.OpenAsync())
        {
            await using var reading = await reader.BeginTransactionAsync();
            await using (var command = reader.CreateCommand())
            {
                command.CommandText = $"select count(*) from marketplace.{table}";
                await command.ExecuteScalarAsync();
            }
            using var cancellation = new CancellationTokenSource();
            var rebuilding = Rebuilds.RunAsync(name, cancellation.Token);
            await WaitsAsync();
            (await new Api(_one).PostAsync("/v1/operations/rebuild/Products")).ShouldBeProblem(409);
            if (how == "cancelled") await cancellation.CancelAsync();
            else await CutAsync();
            Assert.NotNull(await Record.ExceptionAsync(() => rebuilding.WaitAsync(MarketplaceFixture.Patience)));
            Assert.Equal(how == "cut" ? 1 : 0, await LeftoversAsync());
        }
        Assert.Equal(oid, await OidAsync(table));
        Assert.Equal(rows, await RowsAsync());

        Assert.Null((await Rebuilds.RunAsync(name, CancellationToken.None)).Refusal);
        Assert.NotEqual(oid, await OidAsync(table));
        Assert.Equal(rows, await RowsAsync());
        Assert.Equal(0, await LeftoversAsync());
        await WriteOnceAsync(new Api(_two), 1, 0);
        await CaughtUpAsync();
        await AssertRowsAreTheLogsAsync();
    }

    [Fact]
    public async Task Writers_that_wait_for_the_swap_write_the_new_tables()
    {
        await WriteOnceAsync(new Api(_one), 0, 0);
        Task rebuilding, writing;
        await using (var holder = await _database.OpenAsync())
        {
            await using var holding = await holder.BeginTransactionAsync();
            await using (var command = holder.CreateCommand())
            {
                command.CommandText = "update marketplace.current_offer set quantity = quantity";
                await command.ExecuteNonQueryAsync();
            }
            rebuilding = Rebuilds.RunAsync("CurrentOffers", CancellationToken.None);
            await WaitsAsync();
            writing = Task.WhenAll(Enumerable.Range(1, 6).Select(n => WriteOnceAsync(new Api(n % 2 == 0 ? _one : _two), n, 0)));
            await Task.Delay(700);
            await holding.CommitAsync();
        }
        await Task.WhenAll(rebuilding, writing);
        await CaughtUpAsync();
        await AssertRowsAreTheLogsAsync();
    }

    [Fact]
    public async Task A_projection_that_fails_is_told_and_the_rows_stay()
    {
        await WriteOnceAsync(new Api(_one), 0, 0);
        await CaughtUpAsync();
        var rows = await RowsAsync();
        await _database.ExecuteAsync("insert into marketplace.mt_streams (id, type, version) values ('review/p/r', 'review', 1)");
        // A vote without a review: nothing that commands record.
        await _database.ExecuteAsync("""
            insert into marketplace.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type)
                select nextval('marketplace.mt_events_sequence'), gen_random_uuid(), 'review/p/r', 2,
                       '{"productId": "p", "reviewerId": "r", "voterId": "v", "helpful": true}', 'review_voted', now(), 'Marketplace.Reviews.ReviewVoted, Marketplace'
            """);
        // As if the live rows had come past it.
        await _database.ExecuteAsync("update marketplace.mt_event_progression set last_seq_id = (select max(seq_id) from marketplace.mt_events) where name = 'ReviewHistory:All'");
        using var output = new StringWriter();
        using var errors = new StringWriter();

        Assert.Equal(1, await RebuildCommand.RunAsync("ReviewHistory", _two.Services, output, errors, CancellationToken.None));

        Assert.Contains("ReviewHistory: It fails on the events", errors.ToString());
        Assert.Contains("its rows are the old ones", errors.ToString());
        Assert.Equal(rows, await RowsAsync());
        Assert.Equal(0, await LeftoversAsync());
    }

    [Theory]
    [InlineData("create view marketplace.titles as select title from marketplace.product", "the view")]
    [InlineData("create table marketplace.other (product_id text collate \"C\" references marketplace.product)", "the foreign key")]
    [InlineData("alter table marketplace.product add column number bigserial", "the sequence")]
    [InlineData("create publication p for table marketplace.product", "the publication")]
    public async Task Tables_that_cannot_be_replaced_are_named(string ddl, string reason)
    {
        await _database.ExecuteAsync(ddl);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Rebuilds.RunAsync("Products", CancellationToken.None));
        Assert.Contains(reason, refused.Message);
        Assert.Equal(0, await LeftoversAsync());
    }

    [Fact]
    public async Task A_batch_made_of_tables_that_were_replaced_meanwhile_is_not_written()
    {
        var oid = await OidAsync("review_history");
        await _database.ExecuteAsync("call marketplace.assert_same_table('marketplace.review_history', $1::oid)", (long)oid);
        await Rebuilds.RunAsync("ReviewHistory", CancellationToken.None);
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            _database.ExecuteAsync("call marketplace.assert_same_table('marketplace.review_history', $1::oid)", (long)oid));
        Assert.Contains("was replaced", refused.MessageText);
    }

    private static async Task WriteAsync(Api api, int writer, CancellationToken enough)
    {
        for (var n = 0; !enough.IsCancellationRequested; n++) await WriteOnceAsync(api, writer, n);
    }

    // An event for each read model.
    private static async Task WriteOnceAsync(Api api, int writer, int n)
    {
        var product = $"book-{n % 5}";
        (await api.PutAsync($"/v1/products/{product}", new { title = $"Title {writer} {n}" })).ShouldBeOneOf(200, 201, 409, 412);
        (await api.PutAsync(Given.Offer($"s{writer}", $"k{n % 3}"), Given.Terms(product, 1 + (n % 7), 0, 1 + (n % 3)))).ShouldBeOneOf(200, 201, 409);
        var review = $"{product}~r{writer}";
        (await api.PostAsync($"/v1/products/{product}/reviews", new { reviewerId = $"r{writer}", rating = 1 + (n % 5), title = "t", body = $"b {n}" })).ShouldBeOneOf(200, 201, 409);
        (await api.PutAsync($"/v1/reviews/{review}/votes/v{n % 4}", new { helpful = n % 2 == 0 })).ShouldBeOneOf(200, 409);
    }

    private Task CaughtUpAsync() => Eventually.TrueAsync(async () => await _database.ScalarAsync<bool>("""
        select count(*) = 2 from marketplace.mt_event_progression
         where name in ('PriceHistory:All', 'ReviewHistory:All') and last_seq_id >= (select max(seq_id) from marketplace.mt_events)
        """), "the read models behind the log have caught up");

    private Task WaitsAsync() => Eventually.TrueAsync(
        async () => await _database.ScalarAsync<bool>("select exists (select from pg_locks where not granted and mode = 'AccessExclusiveLock')"), "the swap waits for the tables");

    private Task CutAsync() => _database.ExecuteAsync("""
        select pg_terminate_backend(pid, 10000) from pg_locks
         where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
           and ((classid::bigint << 32) | objid::bigint) = 5575863619250552834
        """);

    private Task<long> LeftoversAsync() => _database.ScalarAsync<long>("select count(*) from pg_namespace where nspname like '%rebuild%'");

    private Task<uint> OidAsync(string table) => _database.ScalarAsync<uint>($"select 'marketplace.{table}'::regclass::oid");

    // Every row of every read model; what says which process may go on from memory is no fact of the log.
    private async Task<List<string>> RowsAsync()
    {
        var rows = new List<string>();
        await using var connection = await _database.OpenAsync();
        foreach (var table in ReadModels.All.SelectMany(model => model.Tables).Where(table => !table.EndsWith("_memory", StringComparison.Ordinal)))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"select '{table} ' || to_jsonb(t)::text from {table} as t order by to_jsonb(t)::text collate \"C\"";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        }
        return [.. rows.Where(row => !row.Contains("_count ", StringComparison.Ordinal) || !(row.Contains("\"active\": 0") || row.Contains("\"visible\": 0")))];
    }

    // Against the log itself: each read model has one row, or the rows, of every stream, at its version.
    private async Task AssertRowsAreTheLogsAsync()
    {
        Assert.Equal("", await _database.ScalarAsync<string>("""
            select coalesce(string_agg(format('%s is at %s in the log, at %s in the rows', id, s.version, r.version), '; '), '') from marketplace.mt_streams as s
              full join (select 'product/' || product_id as id, version from marketplace.product
                         union all select 'offer/' || seller_id || '/' || sku, version from marketplace.current_offer
                         union all select 'review/' || product_id || '/' || reviewer_id, version from marketplace.review) as r using (id)
             where s.version is distinct from r.version and id <> 'mt_tombstone'
            """));
        Assert.Equal(0, await _database.ScalarAsync<long>("""
            select count(*) from (select seq_id from marketplace.mt_events where starts_with(stream_id, 'offer/')) as e
              full join marketplace.offer_terms as t on t.position = e.seq_id where t.position is null or e.seq_id is null
            """));
        Assert.Equal(0, await _database.ScalarAsync<long>("""
            select count(*) from (select seq_id from marketplace.mt_events where starts_with(stream_id, 'review/')) as e
              full join marketplace.review_history as h on h.position = e.seq_id where h.position is null or e.seq_id is null
            """));
    }
}
