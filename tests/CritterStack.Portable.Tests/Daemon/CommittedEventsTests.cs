using JasperFx.Events;
using Marten;
using Marten.Events.Daemon;
using Marten.Internal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CritterStack.Portable.Tests.Daemon;

public sealed class CommittedEventsTests
{
    [Fact]
    public async Task What_the_process_has_committed_is_not_read_from_the_table()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async);
        using var run = Committed(host).Follow();
        await TallyDatabase.WriteAsync(host, "stream", 30);
        await tally.Database.ExecuteAsync("update tally.mt_events set type = 'of another program'");

        var page = await Recent(host).ReadAsync(0, 30, 500, CancellationToken.None);

        Assert.Null(page.Unreadable);
        Assert.Equal(Enumerable.Range(1, 30).Select(n => ((long)n, n)), page.Events.Select(e => (e.Version, ((Counted)e.Data).Number)));
    }

    [Fact]
    public async Task Without_a_daemon_nothing_is_kept()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async);
        await TallyDatabase.WriteAsync(host, "before", 10);
        Committed(host).Follow().Dispose();
        await TallyDatabase.WriteAsync(host, "after", 10);

        Assert.Equal(long.MaxValue, Committed(host).NextBehind(0));
    }

    [Fact]
    public async Task An_event_whose_headers_or_time_might_read_back_otherwise_comes_from_the_table()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(store =>
        {
            TallyDatabase.Async(store);
            store.Events.MetadataConfig.HeadersEnabled = true;
        });
        using var run = Committed(host).Follow();
        await SaveAsync(host, session => session.SetHeader("cause", "manual"));
        await SaveAsync(host, session => session.SetHeader("try", 2));
        await SaveAsync(host, _ => { }, e => e.Timestamp = new DateTimeOffset(2026, 2, 18, 12, 0, 0, TimeSpan.Zero).AddTicks(1));

        var committed = new List<IEvent>();

        Assert.Equal(1, Committed(host).Take(0, 3, 3, committed));
        Assert.Equal(long.MaxValue, Committed(host).NextBehind(1));
    }

    [Fact]
    public async Task Whatever_comes_from_memory_and_whatever_from_the_table_a_reader_gets_the_log()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var (here, elsewhere) = (await tally.StartAsync(TallyDatabase.Async), await tally.StartAsync(TallyDatabase.Async, name: "elsewhere"));
        using var run = Committed(here).Follow();
        var (recent, pages) = (Recent(here), new EventPages(TallyDatabase.Context(here).Store));
        var seed = Random.Shared.Next();
        var (random, progress, read) = (new Random(seed), 0L, new List<IEvent>());
        for (var step = 0; step < 150; step++)
        {
            // Own events, another process's, and numbers that nobody stores.
            switch (random.Next(4))
            {
                case 0:
                    await tally.Database.ExecuteAsync("select nextval('tally.mt_events_sequence')");
                    break;
                case 1:
                    await TallyDatabase.WriteAsync(elsewhere, $"elsewhere-{step}", random.Next(1, 6));
                    break;
                default:
                    await TallyDatabase.WriteAsync(here, $"here-{step}", random.Next(1, 30));
                    break;
            }
            if (random.Next(3) == 0) continue;
            var mark = await tally.Database.ScalarAsync<long>("select last_value from tally.mt_events_sequence");
            var size = random.Next(1, 60);
            var expected = await pages.ReadAsync(progress, mark, size, CancellationToken.None);
            var page = await recent.ReadAsync(progress, mark, size, CancellationToken.None);
            Assert.True((expected.Floor, expected.Ceiling) == (page.Floor, page.Ceiling), $"seed {seed}, step {step}: {expected} but {page}");
            Assert.Equal(expected.Events.Select(Facts), page.Events.Select(Facts));
            progress = page.Ceiling;
            read.AddRange(page.Events);
        }
        Assert.True(read.Count > 100, $"Only {read.Count} events were read (seed {seed}).");
    }

    private static (long, Guid, string?, long, object, DateTimeOffset, string) Facts(IEvent e) =>
        (e.Sequence, e.Id, e.StreamKey, e.Version, e.Data, e.Timestamp, e.EventTypeName);

    private static async Task SaveAsync(IHost host, Action<IDocumentSession> describe, Action<IEvent>? change = null)
    {
        await using var session = TallyDatabase.Store(host).LightweightSession();
        describe(session);
        var e = session.Events.BuildEvent(new Counted(1));
        change?.Invoke(e);
        session.Events.Append("stream", e);
        await session.SaveChangesAsync();
    }

    private static CommittedEvents Committed(IHost host) => host.Services.GetRequiredService<DocumentStore>().Committed;

    private static RecentEvents.Reader Recent(IHost host) =>
        new RecentEvents(new EventPages(TallyDatabase.Context(host).Store), Committed(host), readers: 1).Readers[0];
}
