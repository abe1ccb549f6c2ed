using Marten.Events.Daemon;

namespace CritterStack.Portable.Tests.Daemon;

public sealed class RecentEventsTests
{
    private const int Events = 300;

    [Fact]
    public async Task Whoever_reads_in_whatever_steps_gets_what_the_table_holds()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async);
        await TallyDatabase.WriteAsync(host, "stream", Events);
        var pages = new EventPages(TallyDatabase.Context(host).Store);
        var recent = new RecentEvents(pages, new CommittedEvents(), readers: 4);
        var seed = Random.Shared.Next();
        // Readers as shards are: each goes on from where its page ended, up to a mark that only grows, some far behind the others.
        var (random, progress, mark) = (new Random(seed), new long[4], 0L);
        for (var step = 0; step < 400; step++)
        {
            mark = Math.Min(Events, mark + random.Next(5));
            var reader = random.Next(progress.Length);
            if (progress[reader] == mark || (reader == 3 && step < 300))
                continue;
            var size = random.Next(1, 40);
            var expected = await pages.ReadAsync(progress[reader], mark, size, CancellationToken.None);
            var page = await recent.Readers[reader].ReadAsync(progress[reader], mark, size, CancellationToken.None);
            Assert.True((expected.Floor, expected.Ceiling) == (page.Floor, page.Ceiling), $"seed {seed}, step {step}: {expected} but {page}");
            Assert.Equal(expected.Events.Select(e => (e.Sequence, e.Id, e.Version)), page.Events.Select(e => (e.Sequence, e.Id, e.Version)));
            progress[reader] = page.Ceiling;
        }
        Assert.Equal(Events, mark);
    }

    [Fact]
    public async Task Two_readers_of_one_range_are_given_the_same_events()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async);
        await TallyDatabase.WriteAsync(host, "stream", 20);
        var recent = new RecentEvents(new EventPages(TallyDatabase.Context(host).Store), new CommittedEvents(), readers: 2);

        var pages = await Task.WhenAll(recent.Readers.Select(reader => reader.ReadAsync(0, 20, 500, CancellationToken.None)));

        Assert.Equal(20, pages[0].Events.Count);
        Assert.All(pages[0].Events.Zip(pages[1].Events), pair => Assert.Same(pair.First, pair.Second));
    }

    [Fact]
    public async Task More_than_it_keeps_still_comes_whole()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async);
        const int Many = DaemonLimits.RecentEvents + 500;
        await TallyDatabase.WriteAsync(host, "stream", Many, inOneSave: true);
        var recent = new RecentEvents(new EventPages(TallyDatabase.Context(host).Store), new CommittedEvents(), readers: 1).Readers[0];

        Assert.Equal(Many, (await recent.ReadAsync(0, Many, Many, CancellationToken.None)).Events.Count);
        var behind = await recent.ReadAsync(0, Many, 10, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), behind.Events.Select(e => e.Sequence));
        Assert.Equal(Many, (await recent.ReadAsync(Many - 7, Many, 10, CancellationToken.None)).Ceiling);
    }

    [Fact]
    public async Task What_every_reader_is_done_with_is_let_go()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async);
        await TallyDatabase.WriteAsync(host, "stream", Events, inOneSave: true);
        var readers = new RecentEvents(new EventPages(TallyDatabase.Context(host).Store), new CommittedEvents(), readers: 2).Readers;
        var first = await readers[0].ReadAsync(0, Events, Events, CancellationToken.None);
        await readers[0].ReadAsync(Events, Events, Events, CancellationToken.None);
        // The other one has yet to read them.
        var second = await readers[1].ReadAsync(0, Events, Events, CancellationToken.None);
        Assert.Same(first.Events[0], second.Events[0]);
        await readers[1].ReadAsync(Events, Events, Events, CancellationToken.None);

        var again = await readers[0].ReadAsync(0, Events, Events, CancellationToken.None);

        Assert.Equal(first.Events.Select(e => e.Id), again.Events.Select(e => e.Id));
        Assert.NotSame(first.Events[0], again.Events[0]);
    }
}
