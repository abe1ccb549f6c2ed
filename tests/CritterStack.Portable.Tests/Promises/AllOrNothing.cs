using CritterStack.Portable.Tests.Promises.Support;
using Npgsql;

namespace CritterStack.Portable.Tests.Promises;

public sealed class AllOrNothing
{
    [Fact]
    public async Task A_reader_sees_a_commit_whole_or_not_at_all()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);

        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var n = 0; n < 40; n++)
                await Commands.AddWithRetries(host.Store, Account.Key(n % 4), $"{writer}.{n}", [1, 2, 3]);
        }));
        var looks = 0;
        while (!writing.IsCompleted)
        {
            // One statement sees one moment: events, stream rows, inline rows and queued SQL must agree in it.
            var torn = await db.ListAsync(
                """
                select * from (select
                    (select count(*) from marketplace.mt_events where type = 'amount_added') as events,
                    (select coalesce(sum(version), 0)::bigint from marketplace.mt_streams where id like 'account/%') as versions,
                    (select coalesce(sum(count), 0)::bigint from suite.balance) as counted,
                    (select count(*) * 3 from suite.receipt) as receipts) as moment
                where versions <> events or counted <> events or receipts <> events
                """,
                r => $"{r[0]} events, versions {r[1]}, counted {r[2]}, by receipts {r[3]}");
            Assert.Empty(torn);
            looks++;
        }

        await writing;
        Assert.NotEqual(0, looks);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task Queued_sql_that_fails_leaves_no_event_and_no_inline_row()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        await Commands.Add(host.Store, Account.Key(1), "before", [1]);

        await using (var session = host.Store.LightweightSession())
        {
            var stream = await session.Events.FetchForWriting<Account>(Account.Key(1));
            stream.AppendMany(Commands.Parts("failing", [2, 3]));
            session.Events.Append(Account.Key(2), Commands.Parts("failing", [2, 3]));
            Commands.Receipt(session, "failing", Account.Key(1), 3);
            session.QueueSqlCommand("insert into suite.receipt (command, stream, version) values (?, ?, ?)", "no version", "x", null!);
            var error = await Record.ExceptionAsync(() => session.SaveChangesAsync());
            Assert.Contains("version", Assert.IsAssignableFrom<Exception>(error).ToString(), StringComparison.Ordinal);
        }

        // What was remembered of the stream must not have moved either.
        await Commands.Add(host.Store, Account.Key(1), "after", [4]);
        await Checks.CommandsAsync(db, ["before", "after"], ["failing"]);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task A_save_cancelled_while_it_waits_for_a_lock_says_truly_what_became_of_it()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        await Commands.Add(host.Store, Account.Key(1), "before", [1]);

        Exception? error;
        await using (var connection = await db.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("select version from marketplace.mt_streams where id = $1 for update", connection)
            {
                Parameters = { new() { Value = Account.Key(1) } },
            };
            await hold.ExecuteScalarAsync();
            using var cancellation = new CancellationTokenSource();
            var saving = Commands.Add(host.Store, Account.Key(1), "cancelled", [2], cancellation.Token);
            await Eventually.True("the writer waits for the lock", async () => await db.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0);
            await cancellation.CancelAsync();
            // A store may give up at once, or wait for what it has already sent: then only once the lock is free.
            await Task.WhenAny(saving, Task.Delay(500));
            await transaction.RollbackAsync();
            error = await Record.ExceptionAsync(() => saving.WaitAsync(Eventually.Limit));
            Assert.True(error is null or OperationCanceledException, error?.ToString());
        }

        await Commands.AddWithRetries(host.Store, Account.Key(1), "after", [4]);
        string[] stored = error is null ? ["cancelled"] : [];
        string[] cancelled = error is null ? [] : ["cancelled"];
        await Checks.CommandsAsync(db, ["before", "after", .. stored], cancelled);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task A_save_whose_caller_has_gone_before_leaves_nothing()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        await Commands.Add(host.Store, Account.Key(1), "before", [1]);

        await using (var session = host.Store.LightweightSession())
        {
            var stream = await session.Events.FetchForWriting<Account>(Account.Key(1));
            stream.AppendMany(Commands.Parts("cancelled", [2, 3]));
            Commands.Receipt(session, "cancelled", Account.Key(1), 3);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.SaveChangesAsync(new CancellationToken(canceled: true)));
        }

        await Commands.Add(host.Store, Account.Key(1), "after", [4]);
        await Checks.CommandsAsync(db, ["before", "after"], ["cancelled"]);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public Task Saves_cancelled_at_random_moments_are_stored_whole_or_not_at_all() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        var acknowledged = new List<string>();
        var unknown = new List<string>();
        for (var n = 0; n < 25; n++)
        {
            var batch = Enumerable.Range(0, 5).Select(async i =>
            {
                var command = $"{n}.{i}";
                using var cancellation = new CancellationTokenSource(TimeSpan.FromMicroseconds(random.Next(0, 6000)));
                var error = await Record.ExceptionAsync(() =>
                    Commands.AddWithRetries(host.Store, Account.Key(i % 3), command, [1, 2, 3], cancellation.Token));
                return (command, error);
            }).ToArray();
            foreach (var (command, error) in await Task.WhenAll(batch))
                (error is null ? acknowledged : unknown).Add(command);
        }

        await Commands.AddWithRetries(host.Store, Account.Key(0), "last", [1]);
        await Checks.CommandsAsync(db, [.. acknowledged, "last"], [], unknown);
        await Checks.DecisionsSeeTheTruthAsync(db, host.Store);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    });
}
