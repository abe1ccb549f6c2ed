using Npgsql;
using TestSupport;

namespace LocalPostgres.Tests;

/// <summary>A data folder of its own for one test.</summary>
public sealed class OwnFolder : IDisposable
{
    private const int Tries = 50;

    public string Path { get; } = Directory.CreateTempSubdirectory("marketplace-folder-").FullName;

    public string Data => System.IO.Path.Combine(Path, "cluster");

    public string PidFile => System.IO.Path.Combine(Data, "postmaster.pid");

    public LocalClusterOptions Options => new() { DataFolder = Path, SyncNewData = false };

    /// <summary>A folder that holds a stopped cluster.</summary>
    public static async Task<OwnFolder> WithClusterAsync()
    {
        var folder = new OwnFolder();
        await BlankCluster.CopyToAsync(folder.Path);
        return folder;
    }

    public Task<LocalCluster> StartAsync(CancellationToken cancellation = default) => LocalCluster.StartAsync(Options, cancellation);

    /// <summary>Starts and leaves; returns the port that it had.</summary>
    public async Task<int> StartAndLeaveAsync()
    {
        await using var cluster = await StartAsync();
        return cluster.Port;
    }

    public void Dispose()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (tries < Tries)
            {
                // A server that was killed or told to stop may still be about to end.
                Thread.Sleep(100);
            }
        }
    }

    public static async Task<object?> ScalarAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(address + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Waits until something has come about, for a minute at most.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
            await Task.Delay(10, limit.Token);
    }
}
