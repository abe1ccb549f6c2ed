using System.Collections.Concurrent;
using CritterStack.Portable.Tests.Promises.Support;
using Marten;
using Npgsql;

namespace CritterStack.Portable.Tests.Promises;

public sealed class RacesOnManyStreams
{
    private const int Streams = 6;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    public Task Sessions_over_several_streams_are_stored_whole_or_refused_whole(int cacheLimit) => Seeded.Run(async random =>
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var one = await StoreHost.StartAsync(db.ConnectionString, "one", cacheLimit: cacheLimit);
        await using var two = await StoreHost.StartAsync(db.ConnectionString, "two", cacheLimit: cacheLimit);
        var accepted = new ConcurrentBag<string>();
        var refused = new ConcurrentBag<string>();
        var seeds = Enumerable.Range(0, 12).Select(_ => random.Next()).ToArray();

        await Task.WhenAll(seeds.Select(async (seed, writer) =>
        {
            var own = new Random(seed);
            for (var n = 0; n < 25; n++)
            {
                var command = $"{writer}.{n}";
                var store = own.Next(2) == 0 ? one.Store : two.Store;
                // Ascending, so that the order in which writers meet is no question of this test.
                var accounts = Enumerable.Range(0, own.Next(1, 4)).Select(_ => own.Next(Streams)).Distinct().Order();
                var keys = accounts.Select(Account.Key).ToArray();
                try
                {
                    await AddToAllAsync(store, keys, command, [.. Enumerable.Range(1, own.Next(1, 4))]);
                    accepted.Add(command);
                }
                catch (Exception exception) when (Commands.LostRace(exception))
                {
                    refused.Add(command);
                }
            }
        }));

        Assert.NotEmpty(accepted);
        await Checks.CommandsAsync(db, accepted, refused);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    });

    [Fact]
    public async Task Writers_on_streams_of_their_own_never_refuse_each_other()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);

        await Task.WhenAll(Enumerable.Range(0, 24).Select(async writer =>
        {
            for (var n = 0; n < 15; n++)
                await Commands.Add(host.Store, Account.Key(writer), $"{writer}.{n}", [n + 1]);
        }));

        var all = Enumerable.Range(0, 24).SelectMany(w => Enumerable.Range(0, 15).Select(n => $"{w}.{n}"));
        await Checks.CommandsAsync(db, all, []);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task A_session_that_is_refused_takes_none_of_its_neighbours_with_it()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        await db.ExecuteAsync(
            """
            create table suite.owner (name text primary key);
            create table suite.claim (owner text references suite.owner deferrable initially deferred);
            """);
        var accepted = new List<string>();
        var refused = new List<string>();
        for (var round = 0; round < 15; round++)
        {
            // Stale sessions, sessions that the database refuses for four reasons, and sound ones are saved in the same moment.
            await Commands.AddWithRetries(host.Store, Account.Key(0), $"ahead {round}", [1]);
            accepted.Add($"ahead {round}");
            var stale = await PreparedAsync(host.Store, Account.Key(0), $"stale {round}");
            var faulty = await PreparedAsync(host.Store, Account.Key(1), $"faulty {round}");
            faulty.QueueSqlCommand("insert into suite.balance (stream, count, total, version) values (?, null, 0, 0)", "none");
            var late = await PreparedAsync(host.Store, Account.Key(10), $"late {round}");
            late.QueueSqlCommand("insert into suite.claim (owner) values (?)", "nobody");
            var unstorable = host.Store.LightweightSession();
            unstorable.Events.Append(Account.Key(11), new AmountAdded($"unstorable \0 {round}", 1, 1, 1));
            var malformed = await PreparedAsync(host.Store, Account.Key(12), $"malformed {round}");
            malformed.QueueSqlCommand("insert into suite.receipt (command, stream, version) values ('x', 'y', ?::bigint)", "no number");
            IDocumentSession[] bad = [faulty, late, unstorable, malformed];
            var sound = new List<IDocumentSession>();
            for (var n = 2; n < 10; n++)
                sound.Add(await PreparedAsync(host.Store, Account.Key(n), $"sound {round}.{n}"));
            await Commands.AddWithRetries(host.Store, Account.Key(0), $"overtaking {round}", [1]);
            accepted.Add($"overtaking {round}");

            IDocumentSession[] all = [.. sound[..4], stale, .. sound[4..], .. bad];
            var errors = await Task.WhenAll(all.Select(session => Record.ExceptionAsync(() => session.SaveChangesAsync())));

            Assert.True(Commands.LostRace(errors[4]!), errors[4]?.ToString());
            Assert.All(errors[..4].Concat(errors[5..9]), Assert.Null);
            Assert.All(
                errors[9..], error => Assert.False(Commands.LostRace(Assert.IsAssignableFrom<Exception>(error)), error!.ToString()));
            accepted.AddRange(Enumerable.Range(2, 8).Select(n => $"sound {round}.{n}"));
            refused.AddRange([$"stale {round}", $"faulty {round}", $"late {round}", $"malformed {round}"]);
            foreach (var session in all)
                await session.DisposeAsync();
        }

        await Checks.CommandsAsync(db, accepted, refused);
        await Checks.DecisionsSeeTheTruthAsync(db, host.Store);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task Writers_that_wait_for_locked_streams_hold_up_no_other_stream()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        string[] held = [Account.Key(0), Account.Key(5)];
        for (var n = 0; n < 8; n++)
            await Commands.Add(host.Store, Account.Key(n), $"first {n}", [1]);

        await using var connection = await db.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("select version from marketplace.mt_streams where id = any($1) for update", connection)
        {
            Parameters = { new() { Value = held } },
        };
        await hold.ExecuteNonQueryAsync();

        // All in the same moment, so that those who wait may have company.
        var sessions = new List<IDocumentSession>();
        for (var n = 0; n < 8; n++)
            sessions.Add(await PreparedAsync(host.Store, Account.Key(n), $"second {n}"));
        var saving = sessions.Select(session => session.SaveChangesAsync()).ToArray();
        var others = Enumerable.Range(1, 7).Where(n => n != 5)
            .SelectMany(n => Enumerable.Range(0, 10).Select(i => (Stream: n, Command: $"{n}.{i}")))
            .ToArray();
        await Task.WhenAll(saving.Where((_, n) => n is not (0 or 5))).WaitAsync(Eventually.Limit);
        await Task.WhenAll(others.Select(o => Commands.AddWithRetries(host.Store, Account.Key(o.Stream), o.Command, [1])))
            .WaitAsync(Eventually.Limit);
        Assert.False(saving[0].IsCompletedSuccessfully || saving[5].IsCompletedSuccessfully);
        await transaction.RollbackAsync();
        await Task.WhenAll(saving).WaitAsync(Eventually.Limit);

        var accepted = Enumerable.Range(0, 8).SelectMany(n => new[] { $"first {n}", $"second {n}" });
        await Checks.CommandsAsync(db, [.. accepted, .. others.Select(o => o.Command)], []);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
        foreach (var session in sessions)
            await session.DisposeAsync();
    }

    [Fact]
    public async Task Many_sessions_saved_in_one_moment_are_each_told_their_own_outcome()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "writers", cacheLimit: 100);
        await using var other = await StoreHost.StartAsync(db.ConnectionString, "other", cacheLimit: 100);
        var accepted = new List<string>();
        var refused = new List<string>();
        for (var round = 0; round < 6; round++)
        {
            // A third of the streams move on under the sessions, and every stream is written by two of them.
            var sessions = new List<(IDocumentSession Session, string Command, int Stream)>();
            for (var n = 0; n < 24; n++)
                sessions.Add((await PreparedAsync(host.Store, Account.Key(n % 12), $"{round}.{n}"), $"{round}.{n}", n % 12));
            for (var n = 0; n < 12; n += 3)
            {
                accepted.Add($"{round} ahead {n}");
                await Commands.AddWithRetries(other.Store, Account.Key(n), accepted[^1], [1]);
            }

            var outcomes = await Task.WhenAll(sessions.Select(async s =>
                (s.Command, s.Stream, Error: await Record.ExceptionAsync(() => s.Session.SaveChangesAsync()))));
            foreach (var stream in outcomes.GroupBy(o => o.Stream))
            {
                Assert.All(stream, o => Assert.True(o.Error is null || Commands.LostRace(o.Error), o.Error?.ToString()));
                Assert.Equal(stream.Key % 3 == 0 ? 0 : 1, stream.Count(o => o.Error is null));
            }

            accepted.AddRange(outcomes.Where(o => o.Error is null).Select(o => o.Command));
            refused.AddRange(outcomes.Where(o => o.Error is not null).Select(o => o.Command));
            foreach (var (session, _, _) in sessions)
                await session.DisposeAsync();
        }

        await Checks.CommandsAsync(db, accepted, refused);
        await Checks.DecisionsSeeTheTruthAsync(db, host.Store);
        await Checks.DecisionsSeeTheTruthAsync(db, other.Store);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    internal static async Task AddToAllAsync(IDocumentStore store, IEnumerable<string> keys, string command, int[] amounts)
    {
        await using var session = store.LightweightSession();
        foreach (var key in keys)
        {
            var stream = await session.Events.FetchForWriting<Account>(key);
            stream.AppendMany(Commands.Parts(command, amounts));
            Commands.Receipt(session, command, key, stream.StartingVersion ?? 0);
        }

        await session.SaveChangesAsync();
    }

    private static async Task<IDocumentSession> PreparedAsync(IDocumentStore store, string key, string command)
    {
        var session = store.LightweightSession();
        var stream = await session.Events.FetchForWriting<Account>(key);
        stream.AppendMany(Commands.Parts(command, [1, 2]));
        Commands.Receipt(session, command, key, stream.StartingVersion ?? 0);
        return session;
    }
}
