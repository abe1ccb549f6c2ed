using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events.Daemon;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TestSupport;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>The server has committed, and the connection is cut before its answer arrives.</summary>
public sealed class CutConnections
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_commit_whose_answer_is_lost_is_there_once_and_its_caller_is_told_of_a_failure(int cacheLimit)
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var proxy = new CuttingProxy(db.ConnectionString);
        await using var host = await StoreHost.StartAsync(proxy.ConnectionString, "app", cacheLimit: cacheLimit);
        var stored = new List<string>();
        var unknown = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            await StoredAsync(host, stored, unknown, $"before {round}", Account.Key(1), [1, 2]);

            stored.Add($"cut {round}");
            var name = stored[^1];
            var cut = proxy.CutOnceAsync(() => db.ScalarAsync<bool>(
                "select exists (select from marketplace.mt_events where data->>'command' = $1)", name));
            var error = await Record.ExceptionAsync(() => Commands.Add(host.Store, Account.Key(1), name, [3, 4]));
            await cut.WaitAsync(Eventually.Limit);
            // To call it a lost race would invite the caller to do it again.
            Assert.False(error is null || Commands.LostRace(error), error?.ToString());
            await WorksAgainAsync(host, stored, unknown, round);
        }

        await Checks.CommandsAsync(db, stored, [], unknown);
        await Checks.DecisionsSeeTheTruthAsync(db, host.Store);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task Commits_of_many_whose_answers_are_lost_are_each_there_once_or_not_at_all()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var proxy = new CuttingProxy(db.ConnectionString);
        await using var host = await StoreHost.StartAsync(proxy.ConnectionString, "app", cacheLimit: 100);
        var stored = new List<string>();
        var unknown = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            var prefix = $"cut {round} ";
            var cut = proxy.CutOnceAsync(() => db.ScalarAsync<bool>(
                "select count(*) > 20 from marketplace.mt_events where starts_with(data->>'command', $1)", prefix));
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(async n =>
                (Command: $"{prefix}{n}",
                Error: await Record.ExceptionAsync(() => Commands.Add(host.Store, Account.Key(n), $"{prefix}{n}", [3, 4])))));
            await cut.WaitAsync(Eventually.Limit);
            // Each has a stream of its own: nobody can have lost a race, except against itself when it was sent twice.
            Assert.All(outcomes, o => Assert.False(o.Error is not null && Commands.LostRace(o.Error), o.Error?.ToString()));
            stored.AddRange(outcomes.Where(o => o.Error is null).Select(o => o.Command));
            unknown.AddRange(outcomes.Where(o => o.Error is not null).Select(o => o.Command));
            await WorksAgainAsync(host, stored, unknown, round);
            // What this instance remembers may be behind what was stored unheard; deciding again repairs that.
            await Checks.DecisionsSeeTheTruthAsync(db, host.Store);
        }

        var probes = await db.ListAsync(
            "select data->>'command' from marketplace.mt_events where starts_with(data->>'command', 'probe')", r => r.GetString(0));
        await Checks.CommandsAsync(db, stored, [], [.. unknown, .. probes]);
        await Checks.StreamsAreContiguousAsync(db);
        await Checks.SumsEqualTheFoldAsync(db, "suite.balance");
    }

    [Fact]
    public async Task A_page_of_a_projection_whose_answer_is_lost_is_not_applied_again()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var proxy = new CuttingProxy(db.ConnectionString);
        await using var writer = await StoreHost.StartAsync(db.ConnectionString, "writer", cacheLimit: 100);
        await using var host = await StoreHost.StartAsync(
            proxy.ConnectionString, "daemon", DaemonMode.HotCold, more: StoreHost.AddAsync);
        foreach (var (table, round) in new[] { "journal", "tally", "collected", "journal", "tally", "collected" }.Select((t, n) => (t, n)))
        {
            await Commands.Add(writer.Store, Account.Key(round), $"before {round}", [1]);
            var last = await db.LastPositionAsync();
            await Checks.ReachedAsync(db, "Journal:All", last);
            await Checks.ReachedAsync(db, "Tally:All", last);
            await Checks.ReachedAsync(db, "collector:All", last);

            var key = Account.Key(100 + round);
            var cut = table == "tally"
                ? proxy.CutOnceAsync(() => db.ScalarAsync<bool>("select exists (select from suite.tally where stream = $1)", key))
                : proxy.CutOnceAsync(() => db.ScalarAsync<bool>($"select exists (select from suite.{table} where position > $1)", last));
            await Commands.Add(writer.Store, key, $"cut {round}", [1, 2]);
            await cut.WaitAsync(Eventually.Limit);
        }

        await Commands.Add(writer.Store, Account.Key(1), "after", [1]);
        await Checks.ProjectionsCatchUpAsync(db);
    }

    private static Task WorksAgainAsync(StoreHost host, List<string> stored, List<string> unknown, int round)
    {
        host.Host.Services.GetRequiredService<NpgsqlDataSource>().Clear();
        return StoredAsync(host, stored, unknown, $"after {round}", Account.Key(2), [1]);
    }

    /// <summary>A command may still meet a connection that was cut; what then fails is stored whole or not at all.</summary>
    private static async Task StoredAsync(StoreHost host, List<string> stored, List<string> unknown, string name, string key, int[] amounts)
    {
        for (var attempt = 0; ; attempt++)
        {
            var command = $"{name}.{attempt}";
            if (await Record.ExceptionAsync(() => Commands.AddWithRetries(host.Store, key, command, amounts)) is null)
            {
                stored.Add(command);
                return;
            }

            unknown.Add(command);
            Assert.True(attempt < 50, "The store does not work again.");
        }
    }
}
