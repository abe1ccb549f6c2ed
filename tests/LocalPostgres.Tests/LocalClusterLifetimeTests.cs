using System.Diagnostics;
using TestSupport;

namespace LocalPostgres.Tests;

public class LocalClusterLifetimeTests
{
    [Fact]
    public async Task The_last_one_to_leave_stops_the_server()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        await using var first = await folder.StartAsync();
        await using var second = await folder.StartAsync();
        Assert.Equal(first.ProcessId, second.ProcessId);

        await first.DisposeAsync();
        Assert.Equal(1, await OwnFolder.ScalarAsync(second.ConnectionString("postgres"), "select 1"));

        await second.DisposeAsync();
        Assert.False(second.ServerIsRunning);
        Assert.False(File.Exists(folder.PidFile));
    }

    [Fact]
    public async Task A_process_that_ends_at_once_still_has_the_server_stopped()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        await using var cluster = await folder.StartAsync();

        cluster.Dispose();

        await OwnFolder.UntilAsync(() => !File.Exists(folder.PidFile));
        await using var next = await folder.StartAsync();
        Assert.Equal(1, await OwnFolder.ScalarAsync(next.ConnectionString("postgres"), "select 1"));
    }

    [Fact]
    public async Task A_server_whose_holder_was_killed_is_taken_over_and_stopped_at_the_end()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        await using var holder = await HolderProcess.StartAsync(folder.Path);
        await holder.KillAsync();

        await using var cluster = await folder.StartAsync();
        Assert.Equal(holder.Answer, $"{cluster.ProcessId}");

        await cluster.DisposeAsync();
        Assert.False(cluster.ServerIsRunning);
    }

    [Fact]
    public async Task A_server_that_was_killed_is_started_again_on_its_port_with_its_data()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        await using var killed = await folder.StartAsync();
        var address = await killed.EnsureDatabaseAsync("shop");
        await OwnFolder.ScalarAsync(address, "create table t as select 42 as n");
        Kill(killed.ProcessId);
        await OwnFolder.UntilAsync(() => !killed.ServerIsRunning);
        Assert.True(File.Exists(folder.PidFile));

        await using var next = await folder.StartAsync();

        Assert.NotEqual(killed.ProcessId, next.ProcessId);
        Assert.Equal(killed.Port, next.Port);
        Assert.Equal(42, await OwnFolder.ScalarAsync(address, "select n from t"));
    }

    [Fact]
    public async Task A_watched_server_that_was_killed_comes_back()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        await using var cluster = await folder.StartAsync();
        using var end = new CancellationTokenSource();
        var watch = cluster.KeepRunningAsync(TimeProvider.System, error => throw error, end.Token);
        var before = cluster.ProcessId;

        Kill(before);

        await OwnFolder.UntilAsync(() => cluster.ProcessId != before);
        Assert.Equal(1, await OwnFolder.ScalarAsync(cluster.ConnectionString("postgres"), "select 1"));
        await end.CancelAsync();
        await watch;
    }

    [Fact]
    public async Task After_a_crash_of_the_machine_the_old_process_id_may_be_another_programs()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        var port = await folder.StartAndLeaveAsync();
        // A program of the server's own account: PostgreSQL takes its id for a running server and refuses to start.
        var account = await ServerAccount.FindAsync(folder.Path, folder.Data, default);
        var sleeper = await account.RunAsync(
            ["sh", "-c", "sleep 300 >/dev/null 2>&1 & echo $!"], "/", TimeSpan.FromSeconds(20), default);
        var processId = int.Parse(sleeper.Output);
        try
        {
            await File.WriteAllTextAsync(folder.PidFile, $"{processId}\n{folder.Data}\n1700000000\n{port}\n\n127.0.0.1\n");

            await using var cluster = await folder.StartAsync();

            Assert.NotEqual(processId, cluster.ProcessId);
            Assert.Equal(1, await OwnFolder.ScalarAsync(cluster.ConnectionString("postgres"), "select 1"));
        }
        finally
        {
            Kill(processId);
        }
    }

    [Fact]
    public async Task The_server_of_another_folder_is_never_taken_for_ours()
    {
        using var ours = await OwnFolder.WithClusterAsync();
        using var theirs = await OwnFolder.WithClusterAsync();
        await using var other = await theirs.StartAsync();
        var text = await File.ReadAllTextAsync(theirs.PidFile);
        await File.WriteAllTextAsync(ours.PidFile, text.Replace(theirs.Path, ours.Path));

        await using var cluster = await ours.StartAsync();

        Assert.NotEqual(other.ProcessId, cluster.ProcessId);
        Assert.NotEqual(other.Port, cluster.Port);
    }

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }
}
