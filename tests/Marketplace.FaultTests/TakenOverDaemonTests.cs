using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>Of two instances either may die, stand still or lose its leadership; the other keeps the read models, and no event is skipped or applied twice.</summary>
public sealed class TakenOverDaemonTests
{
    private const string Product = "fire";

    private const string EndLeaders = """
        select count(pg_terminate_backend(pid, 5000))::bigint from (
            select distinct l.pid from pg_locks as l join pg_stat_activity as a on a.pid = l.pid and a.datname = current_database()
             where l.locktype = 'advisory' and l.granted) as leaders
        """;

    [Fact]
    public Task An_instance_that_is_killed_is_replaced() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var (random, writers) = (new Random(seed), new Writers(Product, 6, seed, meet: true));
        await using var first = await StartAsync(database, "first");
        await using var second = await StartAsync(database, "second");
        await writers.BeginAsync(first.Client);
        var mortal = random.Next(2) == 0 ? first : second;
        var survivor = mortal == first ? second : first;
        await WriteAsync(writers, [first.Client, second.Client], async () =>
        {
            await WrittenAsync(writers, 50 + random.Next(150), first);
            await mortal.KillAsync();
            await WrittenAsync(writers, 50, survivor);
        });
        await AuditAsync(writers, database, survivor.Client, seed);
        await using var third = await StartAsync(database, "third");
        await WriteAsync(writers, [survivor.Client, third.Client], async () =>
        {
            await WrittenAsync(writers, 50 + random.Next(100), third);
            await survivor.KillAsync();
            await WrittenAsync(writers, 50, third);
        });
        await AuditAsync(writers, database, third.Client, seed);
    });

    [Fact]
    public Task An_instance_that_wakes_up_after_it_was_replaced_applies_nothing_twice() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var (random, writers) = (new Random(seed), new Writers(Product, 4, seed, meet: true));
        await using var first = await StartAsync(database, "first");
        await using var second = await StartAsync(database, "second");
        await writers.BeginAsync(second.Client);
        await WriteAsync(writers, [second.Client], async () =>
        {
            for (var round = 0; round < 2; round++)
            {
                await WrittenAsync(writers, 30 + random.Next(60), second);
                await first.FreezeAsync();
                // The server drops the frozen one, which does not know; the other leads, and then it wakes up.
                await PostgresBackends.TerminateAsync(database.ConnectionString, "first");
                await WrittenAsync(writers, 100, second);
                await Task.Delay(random.Next(3_000));
                await first.ThawAsync();
            }
        });
        await AuditAsync(writers, database, second.Client, seed);
    });

    [Fact]
    public Task An_instance_that_loses_only_its_leadership_applies_nothing_twice() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var (random, writers) = (new Random(seed), new Writers(Product, 4, seed, meet: true));
        await using var first = await MarketplaceFixture.StartAsync(database.ConnectionString);
        await using var second = await MarketplaceFixture.StartAsync(database.ConnectionString);
        using var client = MarketplaceFixture.NewClient(second);
        await writers.BeginAsync(client);
        await WriteAsync(writers, [client], async () =>
        {
            for (var blow = 0; blow < 10; blow++)
            {
                await Task.Delay(random.Next(30, 400));
                // Only the sessions that hold the locks go: a batch in flight has another one.
                await database.ScalarAsync<long>(EndLeaders);
            }
        });
        await AuditAsync(writers, database, client, seed);
    });

    private static Task<RunningProgram> StartAsync(TestDatabase database, string name) =>
        RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.With(applicationName: name)));

    private static async Task WriteAsync(Writers writers, HttpClient[] clients, Func<Task> meanwhile)
    {
        using var stop = new CancellationTokenSource();
        var writing = writers.RunAsync(clients, stop.Token);
        try
        {
            await meanwhile();
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
    }

    private static Task WrittenAsync(Writers writers, int more, RunningProgram program)
    {
        var least = writers.All.Count + more;
        return Eventually.TrueAsync(() => writers.All.Count >= least, $"writes go on: {program.Log[^Math.Min(program.Log.Length, 2_000)..]}");
    }

    private static async Task AuditAsync(Writers writers, TestDatabase database, HttpClient client, int seed)
    {
        await writers.ShouldAllBeThereAsync(database.ConnectionString);
        var audit = new LogAudit(database.ConnectionString, seed);
        await audit.StreamsAsync();
        await audit.ReadModelsAsync(client, Product);
    }
}
