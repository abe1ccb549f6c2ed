using System.Diagnostics;
using System.Globalization;
using LocalPostgres;
using Npgsql;

namespace TestSupport;

/// <summary>
/// The one cluster that all test processes of this user on this machine share while they run. The last of them stops it; its data
/// stays for the next run, without the databases of runs that are over.
/// </summary>
public static class TestCluster
{
    // Two runs must not drop the same leftovers at once.
    private const long CleaningLock = 7_305_511_942;
    private static readonly Lazy<Task<LocalCluster>> Shared = new(JoinAsync);

    /// <summary>The names of this process's databases begin so; the number tells later runs whose they were.</summary>
    internal static string Prefix { get; } = $"test_{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}_";

    /// <summary>The shared cluster, started or joined by the first call.</summary>
    public static Task<LocalCluster> GetAsync() => Shared.Value;

    /// <summary>The end of the shared server's log; null when this process has not used the server.</summary>
    internal static async Task<string?> LogAsync()
    {
        const int Most = 1024 * 1024;
        if (!Shared.IsValueCreated)
            return null;
        await using var log = new FileStream((await Shared.Value).LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(-Math.Min(Most, log.Length), SeekOrigin.End);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }

    /// <summary>A folder for temporary files of this user, for data that the PostgreSQL of this machine can read.</summary>
    internal static async Task<string> FolderAsync(string purpose)
    {
        var programs = await PostgresPrograms.FindAsync();
        var name = $"marketplace-{purpose}-{Environment.UserName}-{programs.Major.ToString(CultureInfo.InvariantCulture)}";
        return Path.Combine(Path.GetTempPath(), name);
    }

    /// <summary>Runs one statement in the cluster's maintenance database.</summary>
    internal static async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        var cluster = await GetAsync();
        await using var connection = await OpenAsync(cluster, cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<LocalCluster> JoinAsync()
    {
        var cluster = await LocalCluster.StartAsync(new LocalClusterOptions
        {
            DataFolder = await FolderAsync("tests"),
            Settings = new Dictionary<string, string>
            {
                // Test classes run in parallel, each with the pools of an application or two.
                ["max_connections"] = "500",
                ["shared_buffers"] = "128MB",
            },
        });
        await cluster.PrepareToLeaveAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.Dispose();
        await DropLeftoversAsync(cluster);
        return cluster;
    }

    private static async Task DropLeftoversAsync(LocalCluster cluster)
    {
        await using var connection = await OpenAsync(cluster, CancellationToken.None);
        await ExecuteAsync(connection, $"select pg_advisory_lock({CleaningLock})");
        foreach (var name in await LeftoversAsync(connection))
            await ExecuteAsync(connection, $"drop database if exists \"{name}\" with (force)");
    }

    private static async Task<IReadOnlyList<string>> LeftoversAsync(NpgsqlConnection connection)
    {
        const string Sql = "select datname from pg_database where datname ~ '^test_[0-9]+_[a-z0-9_]+$'";
        var names = new List<string>();
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names.FindAll(name => !IsRunning(int.Parse(name.Split('_')[1], CultureInfo.InvariantCulture)));
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(LocalCluster cluster, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(cluster.ConnectionString("postgres") + ";Pooling=false;Command Timeout=120");
        await connection.OpenAsync(cancellation);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
