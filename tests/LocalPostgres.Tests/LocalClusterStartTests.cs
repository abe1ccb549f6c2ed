using System.Net;
using System.Net.Sockets;
using Npgsql;
using TestSupport;

namespace LocalPostgres.Tests;

public class LocalClusterStartTests
{
    [Fact]
    public async Task A_new_cluster_listens_on_this_machine_alone_and_asks_for_its_password()
    {
        using var folder = new OwnFolder();
        await using var cluster = await folder.StartAsync();
        var address = cluster.ConnectionString("postgres");

        Assert.Equal("127.0.0.1", await OwnFolder.ScalarAsync(address, "show listen_addresses"));
        Assert.Equal("UTF8", await OwnFolder.ScalarAsync(address, "show server_encoding"));
        foreach (var guard in new[] { "fsync", "full_page_writes", "synchronous_commit" })
            Assert.Equal("on", await OwnFolder.ScalarAsync(address, $"show {guard}"));
        var wrong = new NpgsqlConnectionStringBuilder(address) { Password = "wrong" };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => OwnFolder.ScalarAsync(wrong.ConnectionString, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, "password")));
    }

    [Fact]
    public async Task The_server_does_not_get_the_signals_of_our_terminal()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        await using var cluster = await folder.StartAsync();

        // Field five of the kernel's line, after the name in brackets, is the process group.
        if (OperatingSystem.IsLinux())
            Assert.NotEqual(ProcessGroup("self"), ProcessGroup($"{cluster.ProcessId}"));
    }

    [Fact]
    public async Task Starters_at_the_same_time_share_one_server()
    {
        using var folder = new OwnFolder();
        var others = Task.WhenAll(HolderProcess.StartAsync(folder.Path), HolderProcess.StartAsync(folder.Path));
        var ours = await Task.WhenAll(folder.StartAsync(), folder.StartAsync(), folder.StartAsync());

        Assert.Single(ours.Select(cluster => cluster.ProcessId).Distinct());
        foreach (var holder in await others)
        {
            Assert.Equal($"{ours[0].ProcessId}", holder.Answer);
            await holder.DisposeAsync();
        }

        foreach (var cluster in ours)
            await cluster.DisposeAsync();
        Assert.False(File.Exists(folder.PidFile));
    }

    [Fact]
    public async Task Data_whose_making_was_interrupted_is_made_anew()
    {
        using var folder = new OwnFolder();
        var half = Directory.CreateDirectory(Path.Combine(folder.Path, "cluster.making", "cluster", "base"));
        await File.WriteAllTextAsync(Path.Combine(half.Parent!.FullName, "PG_VERSION"), "15");

        await using var cluster = await folder.StartAsync();

        Assert.Equal(1, await OwnFolder.ScalarAsync(cluster.ConnectionString("postgres"), "select 1"));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "cluster.making")));
    }

    [Fact]
    public async Task A_start_that_is_cancelled_leaves_no_server_behind()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(60));
        try
        {
            await using var cluster = await folder.StartAsync(impatience.Token);
        }
        catch (OperationCanceledException)
        {
            // The usual end; a fast machine may have started the server before the patience was over.
        }

        await using var next = await folder.StartAsync();
        Assert.Equal(1, await OwnFolder.ScalarAsync(next.ConnectionString("postgres"), "select 1"));
    }

    [Fact]
    public async Task A_cluster_keeps_its_port_unless_somebody_took_it()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        var port = await folder.StartAndLeaveAsync();
        Assert.Equal(port, await folder.StartAndLeaveAsync());

        using var intruder = new TcpListener(IPAddress.Loopback, port);
        intruder.Start();
        Assert.NotEqual(port, await folder.StartAndLeaveAsync());
    }

    [Fact]
    public async Task A_database_is_made_once_however_many_ask_for_it()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        await using var cluster = await folder.StartAsync();

        var addresses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => cluster.EnsureDatabaseAsync("shop")));

        Assert.Equal("shop", await OwnFolder.ScalarAsync(Assert.Single(addresses.Distinct()), "select current_database()"));
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.EnsureDatabaseAsync("shop\"; drop database shop"));
    }

    private static string ProcessGroup(string process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[2];
    }
}
