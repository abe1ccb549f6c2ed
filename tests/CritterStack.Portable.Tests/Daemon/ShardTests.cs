using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events;
using Marten.Events.Daemon;
using Marten.Internal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CritterStack.Portable.Tests.Daemon;

/// <summary>Progress, wakes, failures and leadership of the running daemon.</summary>
public sealed class ShardTests
{
    [Fact]
    public async Task A_page_whose_progress_was_moved_by_another_leaves_no_rows()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async);
        await TallyDatabase.WriteAsync(host, "stream", 10);
        var context = TallyDatabase.Context(host);
        var transaction = new PageTransaction(context, ShardWork.Of(context.Store.Options)[0]);
        var page = await new EventPages(context.Store).ReadAsync(0, 10, 500, CancellationToken.None);

        Assert.Equal(PageResult.Committed, await transaction.CommitAsync(page, CancellationToken.None));
        Assert.Equal(PageResult.ProgressMoved, await transaction.CommitAsync(page, CancellationToken.None));
        Assert.Equal(PageResult.ProgressMoved, await transaction.CommitAsync(page with { Floor = 5 }, CancellationToken.None));
        await tally.AssertRowsAreTheLogAsync();
        Assert.Equal(10, await tally.ProgressAsync());
    }

    [Fact]
    public async Task Two_daemons_that_both_believe_to_be_alone_apply_each_event_once()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var one = await tally.StartAsync(TallyDatabase.Async, DaemonMode.Solo, "one");
        var two = await tally.StartAsync(TallyDatabase.Async, DaemonMode.Solo, "two");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => TallyDatabase.WriteAsync(n % 2 == 0 ? one : two, $"stream {n}", 200)));
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
    }

    [Fact]
    public async Task Events_of_a_writer_that_tells_nobody_are_found()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        await tally.StartAsync(TallyDatabase.Async, DaemonMode.HotCold);
        await using (var writer = await RawWriter.BeginAsync(tally, "silent"))
        {
            await writer.InsertAsync(await writer.DrawAsync());
            await writer.CommitAsync();
        }
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
    }

    [Fact]
    public async Task A_notification_raises_the_stores_signal()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(mode: DaemonMode.HotCold);
        var store = host.Services.GetRequiredService<DocumentStore>();
        var health = host.Services.GetRequiredService<DaemonHealth>();
        await TallyDatabase.EventuallyAsync(() => Task.FromResult(health.Leads), "this process leads");
        var next = store.EventsCommitted.Next;
        await TallyDatabase.EventuallyAsync(
            async () =>
            {
                await tally.Database.ExecuteAsync("select pg_notify($1, '')", store.NotifyChannel);
                return next.IsCompleted;
            },
            "the notification has arrived");
    }

    [Fact]
    public async Task Who_leads_tells_nobody_of_its_commits_and_is_told_of_others()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var leader = await tally.StartAsync(TallyDatabase.Async, DaemonMode.HotCold, "leader");
        await TallyDatabase.EventuallyAsync(
            () => Task.FromResult(leader.Services.GetRequiredService<DaemonHealth>().Leads), "this process leads");
        var store = leader.Services.GetRequiredService<DocumentStore>();
        var other = await tally.StartAsync(TallyDatabase.Async, name: "other");
        var told = 0;
        await using var listening = await tally.Database.OpenAsync();
        listening.Notification += (_, _) => told++;
        await using (var listen = new NpgsqlCommand($"listen \"{store.NotifyChannel}\"", listening))
            await listen.ExecuteNonQueryAsync();

        await TallyDatabase.WriteAsync(leader, "of the leader", 50);
        await tally.CaughtUpAsync();
        Assert.False(await listening.WaitAsync(TimeSpan.FromMilliseconds(300)));

        var elsewhere = store.CommittedElsewhere.Next;
        await TallyDatabase.WriteAsync(other, "of the other", 5);
        await elsewhere.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(await listening.WaitAsync(TimeSpan.FromSeconds(60)));
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();

        await leader.StopAsync();
        var before = told;
        await TallyDatabase.WriteAsync(leader, "no longer leading", 5);
        while (told == before) Assert.True(await listening.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Progress_that_an_operator_deletes_begins_again()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async, DaemonMode.Solo);
        await TallyDatabase.WriteAsync(host, "stream", 30);
        await tally.CaughtUpAsync();
        await tally.Database.ExecuteAsync("begin; delete from tally.mt_event_progression; truncate tally.sum, tally.step; commit");
        await TallyDatabase.EventuallyAsync(async () => await tally.DifferencesAsync() == "", "the rows are there again");
    }

    [Fact]
    public async Task A_failing_event_stops_its_projection_there_and_is_reported_until_the_cause_is_gone()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var broken = true;
        var host = await tally.StartAsync(
            store =>
            {
                store.Projections.Add(
                    new Sums((events, _) => broken && events.Any(e => e.Version == 77)
                        ? throw new InvalidDataException("77 is too much")
                        : Task.CompletedTask),
                    ProjectionLifecycle.Async,
                    "Sums",
                    TallyDatabase.Declare);
                store.Projections.Subscribe(new Nothing(), s => s.Name = "other");
            },
            DaemonMode.Solo);
        await TallyDatabase.WriteAsync(host, "stream", 100);
        await TallyDatabase.EventuallyAsync(async () => await tally.ProgressAsync() == 76, "the projection stands before event 77");
        await TallyDatabase.EventuallyAsync(async () => await tally.ProgressAsync("other:All") == 100, "the other one goes on");
        var report = await TallyDatabase.EventuallyReportedAsync(host, HealthStatus.Unhealthy);
        Assert.Contains("Sums:All stands before sequence 77, event counted version 77 of stream stream", report, StringComparison.Ordinal);
        Assert.Contains("77 is too much", report, StringComparison.Ordinal);
        Assert.Equal(76, await tally.ProgressAsync());

        broken = false;
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
        await TallyDatabase.EventuallyReportedAsync(host, HealthStatus.Healthy);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_stops_projections_before_it()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async, DaemonMode.Solo);
        await TallyDatabase.WriteAsync(host, "stream", 20);
        await tally.CaughtUpAsync();
        await tally.Database.ExecuteAsync("update tally.mt_events set type = 'unheard', mt_dotnet_type = 'Unheard, Of' where seq_id = 15");
        await tally.Database.ExecuteAsync("truncate tally.sum, tally.step; delete from tally.mt_event_progression where name = 'Sums:All'");
        await TallyDatabase.EventuallyAsync(async () => await tally.ProgressAsync() == 14, "the projection stands before event 15");
        await tally.Database.ExecuteAsync("update tally.mt_events set type = 'counted' where seq_id = 15");
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
    }

    [Fact]
    public async Task When_the_leaders_connection_is_ended_somebody_leads_again_and_nothing_comes_twice()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var one = await tally.StartAsync(TallyDatabase.Async, DaemonMode.HotCold, "one");
        var two = await tally.StartAsync(TallyDatabase.Async, DaemonMode.HotCold, "two");
        var done = false;
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            for (var round = 0; !done; round++)
                await TallyDatabase.WriteAsync(n % 2 == 0 ? one : two, $"stream {n} {round}", 20);
        }));
        DaemonHealth[] healths = [one.Services.GetRequiredService<DaemonHealth>(), two.Services.GetRequiredService<DaemonHealth>()];
        for (var round = 0; round < 3; round++)
        {
            await TallyDatabase.EventuallyAsync(() => Task.FromResult(healths.Count(h => h.Leads) == 1), "one process leads");
            var before = await tally.ProgressAsync();
            await TallyDatabase.EventuallyAsync(async () => await EndLeaderAsync(tally) == 1, "the leader's backend is ended");
            await TallyDatabase.EventuallyAsync(async () => await tally.ProgressAsync() > before + 50, "the projection goes on");
        }
        done = true;
        await writing;
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
    }

    [Fact]
    public async Task When_the_leader_stops_the_other_process_takes_over()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var one = await tally.StartAsync(TallyDatabase.Async, DaemonMode.HotCold, "one");
        var health = one.Services.GetRequiredService<DaemonHealth>();
        await TallyDatabase.EventuallyAsync(() => Task.FromResult(health.Leads), "the first leads");
        var two = await tally.StartAsync(TallyDatabase.Async, DaemonMode.HotCold, "two");
        await one.StopAsync();
        await TallyDatabase.WriteAsync(two, "stream", 20);
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
    }

    [Fact]
    public async Task Waiting_for_projections_ends_when_they_have_caught_up_and_names_those_that_have_not()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async, DaemonMode.Solo);
        await TallyDatabase.WriteAsync(host, "stream", 50);
        await host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(60));
        await tally.AssertRowsAreTheLogAsync();
        var progress = await TallyDatabase.Store(host).Advanced.AllProjectionProgress();
        Assert.Equal(["HighWaterMark: 50", "Sums:All: 50"], progress.Select(p => $"{p.ShardName}: {p.Sequence}"));
        await host.StopAsync();

        var writer = await tally.StartAsync(TallyDatabase.Async);
        await TallyDatabase.WriteAsync(writer, "stream 2", 5);
        var late = await Assert.ThrowsAsync<TimeoutException>(
            () => writer.WaitForNonStaleProjectionDataAsync(TimeSpan.FromMilliseconds(300)));
        Assert.Contains("Sums:All 50", late.Message, StringComparison.Ordinal);
    }

    private static Task<long> EndLeaderAsync(TallyDatabase tally) => tally.Database.ScalarAsync<long>(
        """
        select count(*) from (
            select pg_terminate_backend(pid, 10000) from pg_locks
             where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())) ended
        """);

    private sealed class Nothing : Marten.Subscriptions.ISubscription
    {
        public Task<IChangeListener> ProcessEventsAsync(
            EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken) =>
            Task.FromResult(NullChangeListener.Instance);
    }
}
