using System.Diagnostics;
using LocalPostgres;

namespace TestSupport;

/// <summary>A whole cluster for one test, which may kill it, stop it without a checkpoint, and start it again on the same port.</summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private readonly LocalCluster _cluster;
    private readonly string _folder;

    private PrivateCluster(LocalCluster cluster, string folder) => (_cluster, _folder) = (cluster, folder);

    /// <summary>The process id of the postmaster.</summary>
    public int ProcessId => _cluster.ProcessId;

    /// <summary>The server's log file, for the message of a failing test.</summary>
    public string LogFile => _cluster.LogFile;

    /// <summary>Makes and starts a cluster in a new folder.</summary>
    /// <param name="settings">Server settings beside the defaults, such as a small max_connections.</param>
    public static async Task<PrivateCluster> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-cluster-").FullName;
        var joined = new Dictionary<string, string> { ["max_connections"] = "60", ["shared_buffers"] = "64MB" };
        // A server that recovers from a crash first brings each of its thousand files to disk, one by one: 2 s at the best and more than a test waits
        // while others write. One call for the whole file system takes a fifth of a second.
        if (OperatingSystem.IsLinux())
            joined["recovery_init_sync_method"] = "syncfs";
        foreach (var (name, value) in settings ?? joined)
            joined[name] = value;
        await BlankCluster.CopyToAsync(folder);
        var options = new LocalClusterOptions { DataFolder = folder, Settings = joined };
        return new PrivateCluster(await LocalCluster.StartAsync(options), folder);
    }

    /// <summary>Makes a database unless it exists, and returns its connection string.</summary>
    public Task<string> EnsureDatabaseAsync(string name) => _cluster.EnsureDatabaseAsync(name);

    /// <summary>
    /// Ends the postmaster as <c>kill -9</c> does and waits until it is gone. Its children notice and end by themselves; nothing is
    /// written to disk any more.
    /// </summary>
    public async Task KillPostmasterAsync()
    {
        using var postmaster = Process.GetProcessById(ProcessId);
        postmaster.Kill();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_cluster.ServerIsRunning)
            await Task.Delay(5, limit.Token);
    }

    /// <summary>Stops the server without a checkpoint (<c>pg_ctl stop -m immediate</c>): the next start recovers from the log.</summary>
    public Task StopImmediatelyAsync() => _cluster.StopImmediatelyAsync();

    /// <summary>Starts the server again, on the same port unless another program took it.</summary>
    public Task StartAgainAsync() => _cluster.EnsureRunningAsync();

    /// <summary>Stops the server and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Seeded.Keep("postgres", await File.ReadAllTextAsync(LogFile));
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 50)
            {
                // The children of a killed postmaster may still be about to end.
                await Task.Delay(100);
            }
        }
    }
}
