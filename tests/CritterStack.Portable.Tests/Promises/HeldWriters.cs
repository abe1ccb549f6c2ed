using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>Writers held between drawing their number and their commit, while others commit.</summary>
public sealed class HeldWriters
{
    /// <summary>Longer than any wait after which a store might take a missing number for lost.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_held_writer_is_neither_passed_nor_read_early(bool commits)
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Commands.Add(host.Store, Account.Key(1), "before", [1, 2, 3]);

        await using var held = await RawWriter.BeginAsync(db, Account.Key(2));
        await held.DrawAsync();
        await held.InsertAsync(Account.Key(2), "held", 5);
        var until = DateTime.UtcNow + Hold;
        var accepted = new List<string> { "before" };
        while (DateTime.UtcNow < until)
        {
            accepted.Add($"beside {accepted.Count}");
            await Commands.Add(host.Store, Account.Key(3), accepted[^1], [1]);
            await Task.Delay(50);
            // What lies behind the held number may be applied at any time, it and what lies before it never yet.
            Assert.DoesNotContain(await Checks.AppliedAsync(db, "suite.journal"), p => p >= held.Position);
            Assert.True(await Checks.ProgressAsync(db, "Journal:All") < held.Position);
            Assert.True(await Checks.ProgressAsync(db, "collector:All") < held.Position);
        }

        await Checks.ReachedAsync(db, "Journal:All", held.Position - 1);
        if (commits)
        {
            await held.CommitAsync();
            accepted.Add("held");
        }
        else
        {
            await held.RollbackAsync();
        }

        await Commands.Add(host.Store, Account.Key(1), "after", [4]);
        await Checks.ProjectionsCatchUpAsync(db);
        await Checks.CommandsAsync(db, [.. accepted, "after"], commits ? [] : ["held"]);
    }

    [Fact]
    public async Task A_number_drawn_at_the_very_start_of_the_log_is_waited_for()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", DaemonMode.Solo, more: StoreHost.AddAsync);

        await using var held = await RawWriter.BeginAsync(db, Account.Key(1));
        await held.DrawAsync();
        await Commands.Add(host.Store, Account.Key(2), "beside", [1, 2]);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Empty(await Checks.AppliedAsync(db, "suite.journal"));
        await held.InsertAsync(Account.Key(1), "held", 5);
        await held.CommitAsync();

        await Checks.ProjectionsCatchUpAsync(db);
        await Checks.CommandsAsync(db, ["beside", "held"], []);
    }

    [Fact]
    public async Task A_held_writer_is_waited_for_by_a_daemon_that_starts_after_it_drew()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var writer = await StoreHost.StartAsync(db.ConnectionString, "writer");
        await Commands.Add(writer.Store, Account.Key(1), "before", [1, 2, 3]);
        await using var held = await RawWriter.BeginAsync(db, Account.Key(2));
        await held.DrawAsync();
        await Commands.Add(writer.Store, Account.Key(3), "beside", [1]);

        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", DaemonMode.Solo, more: StoreHost.AddAsync);
        await Checks.ReachedAsync(db, "Journal:All", held.Position - 1);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(await Checks.AppliedAsync(db, "suite.journal"), p => p >= held.Position);
        await held.InsertAsync(Account.Key(2), "held", 5);
        await held.CommitAsync();

        await Checks.ProjectionsCatchUpAsync(db);
    }

    [Fact]
    public async Task A_transaction_that_has_drawn_nothing_yet_holds_up_nobody()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", DaemonMode.Solo, more: StoreHost.AddAsync);
        await using var held = await RawWriter.BeginAsync(db, Account.Key(2));
        await Commands.Add(host.Store, Account.Key(1), "beside", [1, 2, 3]);
        var last = await db.LastPositionAsync();
        await Checks.ReachedAsync(db, "Journal:All", last);

        // Its number is drawn behind those already applied, so it is still in time.
        await held.DrawAsync();
        await held.InsertAsync(Account.Key(2), "held", 5);
        await held.CommitAsync();
        Assert.True(held.Position > last);
        await Checks.ProjectionsCatchUpAsync(db);
    }

    [Fact]
    public Task Many_writers_held_and_let_go_in_any_order_leave_the_log_in_order() => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(
            db.ConnectionString, "app", DaemonMode.Solo, cacheLimit: 100, more: StoreHost.AddAsync);
        var accepted = new List<string>();
        var refused = new List<string>();
        for (var round = 0; round < 12; round++)
        {
            var held = new List<(RawWriter Writer, string Command, string Key)>();
            for (var n = 0; n < 4; n++)
            {
                var key = Account.Key(100 + n);
                var writer = await RawWriter.BeginAsync(db, key);
                if (random.Next(4) > 0)
                    await writer.DrawAsync();
                held.Add((writer, $"held {round}.{n}", key));
                accepted.Add($"beside {round}.{n}");
                await Commands.Add(host.Store, Account.Key(random.Next(3)), accepted[^1], [1, 2]);
            }

            foreach (var (writer, command, key) in held.OrderBy(_ => random.Next()).ToArray())
            {
                if (writer.Position == 0)
                    await writer.DrawAsync();
                var commits = random.Next(3) > 0;
                (commits ? accepted : refused).Add(command);
                if (commits || random.Next(2) == 0)
                    await writer.InsertAsync(key, command, 1);
                await Task.Delay(random.Next(30));
                await (commits ? writer.CommitAsync() : writer.RollbackAsync());
                await writer.DisposeAsync();
            }
        }

        await Commands.Add(host.Store, Account.Key(1), "last", [1]);
        await Checks.ProjectionsCatchUpAsync(db);
        await Checks.CommandsAsync(db, [.. accepted, "last"], refused);
        await Checks.StreamsAreContiguousAsync(db);
    });

    [Fact]
    public async Task A_session_on_the_stream_of_a_held_writer_waits_for_it_and_is_refused()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app", cacheLimit: 100);
        await Commands.Add(host.Store, Account.Key(1), "before", [1]);

        await using var session = host.Store.LightweightSession();
        var stream = await session.Events.FetchForWriting<Account>(Account.Key(1));
        await using var held = await RawWriter.BeginAsync(db, Account.Key(1));
        await held.DrawAsync();
        await held.InsertAsync(Account.Key(1), "held", 5);
        stream.AppendMany(Commands.Parts("late", [2]));
        Commands.Receipt(session, "late", Account.Key(1), 2);
        var saving = session.SaveChangesAsync();
        await held.CommitAsync();

        var error = await Record.ExceptionAsync(() => saving.WaitAsync(Eventually.Limit));
        Assert.True(error is not null && Commands.LostRace(error), error?.ToString());
        await Commands.AddWithRetries(host.Store, Account.Key(1), "after", [7]);
        await Checks.CommandsAsync(db, ["before", "held", "after"], ["late"]);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }
}
