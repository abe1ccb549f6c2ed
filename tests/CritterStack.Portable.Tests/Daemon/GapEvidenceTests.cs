using JasperFx.Events.Daemon;
using Marten.Events.Daemon.HighWater;
using Npgsql;

namespace CritterStack.Portable.Tests.Daemon;

/// <summary>Gaps in the log of a real server, held open by hand.</summary>
public sealed class GapEvidenceTests
{
    [Fact]
    public async Task A_number_held_by_the_newest_transaction_is_waited_for()
    {
        // The writer's transaction number is above that of every transaction that has ended, so it is not below the
        // pg_snapshot_xmax of those who look: only a number drawn later can serve as evidence.
        await using var tally = await TallyDatabase.CreateAsync();
        await tally.StartAsync();
        await using var looking = await tally.Database.OpenAsync();
        var detector = new HighWaterDetector("tally", 0, TimeProvider.System);

        await using var older = await RawWriter.BeginAsync(tally, "older");
        await using var newer = await RawWriter.BeginAsync(tally, "newer");
        Assert.Equal(1, await newer.DrawAsync());
        Assert.Equal(2, await older.DrawAsync());
        await older.InsertAsync(2);
        await older.CommitAsync();

        for (var look = 0; look < 20; look++)
            Assert.NotEqual(HighWaterStep.PassGaps, await detector.AdvanceAsync(looking, CancellationToken.None));
        Assert.Equal(0, detector.Mark);
        Assert.NotNull(detector.Held);

        await newer.InsertAsync(1);
        await newer.CommitAsync();
        await detector.AdvanceAsync(looking, CancellationToken.None);
        Assert.Equal(2, detector.Mark);
        Assert.Null(await SkipsAsync(tally));
    }

    [Fact]
    public async Task Numbers_of_a_transaction_that_was_rolled_back_are_passed_and_put_on_record()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        await tally.StartAsync();
        await using var looking = await tally.Database.OpenAsync();
        var detector = new HighWaterDetector("tally", 0, TimeProvider.System);

        await using var lost = await RawWriter.BeginAsync(tally, "lost");
        await using var kept = await RawWriter.BeginAsync(tally, "kept");
        await kept.InsertAsync(await kept.DrawAsync());
        await lost.DrawAsync();
        await lost.DrawAsync();
        await kept.InsertAsync(await kept.DrawAsync());
        await kept.CommitAsync();
        for (var look = 0; look < 5; look++)
            await detector.AdvanceAsync(looking, CancellationToken.None);
        Assert.Equal(1, detector.Mark);

        await lost.RollbackAsync();
        // Transactions of other databases of the cluster may be older than the evidence, and are waited for too.
        await TallyDatabase.EventuallyAsync(
            async () =>
            {
                await detector.AdvanceAsync(looking, CancellationToken.None);
                return detector.Mark == 4;
            },
            "the gap is passed");
        Assert.Equal("1-3", await SkipsAsync(tally));
        Assert.Equal(4, await tally.ProgressAsync("HighWaterMark"));
    }

    [Fact]
    public async Task A_number_drawn_last_and_lost_holds_nobody_up()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        await tally.StartAsync();
        await using var looking = await tally.Database.OpenAsync();
        var detector = new HighWaterDetector("tally", 0, TimeProvider.System);
        await using var writer = await RawWriter.BeginAsync(tally, "writer");
        await writer.InsertAsync(await writer.DrawAsync());
        await writer.CommitAsync();
        await using var lost = await RawWriter.BeginAsync(tally, "lost");
        await lost.DrawAsync();
        await lost.RollbackAsync();
        Assert.Equal(HighWaterStep.Rest, await detector.AdvanceAsync(looking, CancellationToken.None));
        Assert.Equal(1, detector.Mark);
    }

    [Fact]
    public async Task A_prepared_transaction_holds_the_mark_until_it_is_decided()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        await tally.StartAsync();
        if (await tally.Database.ScalarAsync<string>("select current_setting('max_prepared_transactions')") == "0")
            return;
        await using var looking = await tally.Database.OpenAsync();
        var detector = new HighWaterDetector("tally", 0, TimeProvider.System);
        await using var prepared = await RawWriter.BeginAsync(tally, "prepared");
        await using var other = await RawWriter.BeginAsync(tally, "other");
        await prepared.InsertAsync(await prepared.DrawAsync());
        await other.InsertAsync(await other.DrawAsync());
        await prepared.ExecuteAsync("prepare transaction 'held'");
        await other.CommitAsync();
        for (var look = 0; look < 10; look++)
            await detector.AdvanceAsync(looking, CancellationToken.None);
        Assert.Equal(0, detector.Mark);
        await tally.Database.ExecuteAsync("commit prepared 'held'");
        await detector.AdvanceAsync(looking, CancellationToken.None);
        Assert.Equal(2, detector.Mark);
    }

    [Fact]
    public async Task Projections_wait_for_a_held_writer_and_go_on_when_it_ends()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async, DaemonMode.Solo);
        await TallyDatabase.WriteAsync(host, "early", 5);
        await using var held = await RawWriter.BeginAsync(tally, "held");
        var number = await held.DrawAsync();
        await TallyDatabase.WriteAsync(host, "late", 5);
        await TallyDatabase.EventuallyAsync(async () => await tally.ProgressAsync() == number - 1, "the projection stands before the gap");
        await held.InsertAsync(number);
        await held.CommitAsync();
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
    }

    [Fact]
    public async Task What_this_process_commits_moves_the_mark_without_a_look_up_to_what_it_does_not_know()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var (here, elsewhere) = (await tally.StartAsync(), await tally.StartAsync(name: "elsewhere"));
        var committed = TallyDatabase.Context(here).Store.Committed;
        using var run = committed.Follow();
        var detector = new HighWaterDetector("tally", 0, TimeProvider.System);

        await TallyDatabase.WriteAsync(here, "first", 30);
        Assert.True(detector.Follow(committed));
        Assert.Equal(30, detector.Mark);

        await TallyDatabase.WriteAsync(elsewhere, "elsewhere", 10);
        await TallyDatabase.WriteAsync(here, "second", 5);
        Assert.False(detector.Follow(committed));
        Assert.Equal(30, detector.Mark);

        await using var looking = await tally.Database.OpenAsync();
        await detector.AdvanceAsync(looking, CancellationToken.None);
        Assert.True(detector.Follow(committed));
        Assert.Equal(45, detector.Mark);
    }

    [Fact]
    public async Task What_a_look_has_seen_behind_a_gap_is_looked_at_again_though_all_of_this_process_is_known()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var committed = TallyDatabase.Context(await tally.StartAsync()).Store.Committed;
        using var run = committed.Follow();
        await using var looking = await tally.Database.OpenAsync();
        var detector = new HighWaterDetector("tally", 0, TimeProvider.System);
        await using var held = await RawWriter.BeginAsync(tally, "held");
        await using var other = await RawWriter.BeginAsync(tally, "other");
        await held.InsertAsync(await held.DrawAsync());
        await other.InsertAsync(await other.DrawAsync());
        await other.CommitAsync();

        await detector.AdvanceAsync(looking, CancellationToken.None);

        Assert.False(detector.Follow(committed));
    }

    [Fact]
    public async Task Projections_pass_a_number_that_was_rolled_back_before_what_their_own_process_commits()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        var host = await tally.StartAsync(TallyDatabase.Async, DaemonMode.Solo);
        await using var lost = await RawWriter.BeginAsync(tally, "lost");
        var number = await lost.DrawAsync();
        await lost.RollbackAsync();
        await TallyDatabase.WriteAsync(host, "kept", 5);
        await tally.CaughtUpAsync();
        await tally.AssertRowsAreTheLogAsync();
        Assert.Equal($"{number - 1}-{number}", await SkipsAsync(tally));
    }

    private static Task<string?> SkipsAsync(TallyDatabase tally) => tally.Database.ScalarAsync<string>(
        "select string_agg(starting_sequence || '-' || ending_sequence, ',') from tally.mt_high_water_skips");
}

/// <summary>A writer as the store is one, its transaction number before its sequence numbers, one statement at a time.</summary>
internal sealed class RawWriter : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _stream;
    private int _version;

    private RawWriter(NpgsqlConnection connection, string stream) => (_connection, _stream) = (connection, stream);

    public static async Task<RawWriter> BeginAsync(TallyDatabase tally, string stream)
    {
        var writer = new RawWriter(await tally.Database.OpenAsync(), stream);
        await writer.ExecuteAsync("begin");
        await writer.ExecuteAsync($"insert into tally.mt_streams (id, version) values ('{stream}', 1)");
        return writer;
    }

    public async Task<long> DrawAsync()
    {
        await using var command = new NpgsqlCommand("select nextval('tally.mt_events_sequence')", _connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public Task InsertAsync(long sequence) => ExecuteAsync(
        $$"""
        insert into tally.mt_events (seq_id, id, stream_id, version, data, type, timestamp)
        values ({{sequence}}, gen_random_uuid(), '{{_stream}}', {{++_version}}, '{"number": 1}', 'counted', now())
        """);

    public Task CommitAsync() => ExecuteAsync("commit");

    public Task RollbackAsync() => ExecuteAsync("rollback");

    public async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
