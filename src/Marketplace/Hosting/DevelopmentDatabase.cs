using System.Net;
using LocalPostgres;
using Npgsql;

namespace Marketplace.Hosting;

/// <summary>The private PostgreSQL cluster of a program that was told of no database.</summary>
public static class DevelopmentDatabase
{
    /// <summary>The connection string's name in the configuration; in the environment <c>ConnectionStrings__Marketplace</c>.</summary>
    public const string ConnectionName = "Marketplace";

    /// <summary>Names the folder of the private cluster; a per-user data folder without it.</summary>
    public const string FolderVariable = "MARKETPLACE_DATA";

    private const string DatabaseName = "marketplace";

    /// <summary>The folder for what the program keeps on this machine; the private cluster, when there is one, is in it.</summary>
    /// <exception cref="LocalPostgresException">The user has no home folder, and none is named.</exception>
    public static string Folder(IConfiguration configuration) =>
        configuration[FolderVariable] is { Length: > 0 } named ? Path.GetFullPath(named) : DataFolders.Default();

    /// <summary>Whether a database was named to the program.</summary>
    public static bool IsConfigured(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration.GetConnectionString(ConnectionName));

    /// <summary>
    /// Whether the data is on this machine: in the private cluster, or in a database reached by the loopback interface or a Unix socket alone.
    /// </summary>
    public static bool IsOnThisMachine(IConfiguration configuration)
    {
        if (!IsConfigured(configuration)) return true;
        try
        {
            var hosts = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ConnectionName)).Host;
            return hosts is { Length: > 0 } && hosts.Split(',').All(host => IsThisMachine(host.Trim()));
        }
        catch (ArgumentException)
        {
            // No connection string at all: whoever connects says so.
            return false;
        }
    }

    /// <summary>
    /// Starts or joins the private cluster and puts its connection string into the configuration, unless one is there already.
    /// </summary>
    /// <returns>What stops the cluster when the last process using it is done, or null.</returns>
    public static async Task<IAsyncDisposable?> StartIfNoneIsConfiguredAsync(ConfigurationManager configuration)
    {
        try
        {
            if (IsConfigured(configuration)) return null;
            var cluster = await LocalCluster.StartAsync(new LocalClusterOptions { DataFolder = Folder(configuration) });
            configuration[$"ConnectionStrings:{ConnectionName}"] = await cluster.EnsureDatabaseAsync(DatabaseName);
            return new Watched(cluster);
        }
        catch (LocalPostgresException e)
        {
            // Not a defect but a machine that lacks something: the message says what to do, a stack trace would hide it.
            await Console.Error.WriteLineAsync(e.Message);
            Environment.Exit(1);
            throw;
        }
    }

    private static bool IsThisMachine(string host)
    {
        if (host.StartsWith('/') || host.StartsWith('@')) return true;
        var name = host.StartsWith('[') ? host[1..Math.Max(1, host.IndexOf(']'))] : host.Count(c => c == ':') == 1 ? host[..host.IndexOf(':')] : host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    // Nobody else would bring a private server back that was killed.
    private sealed class Watched : IAsyncDisposable
    {
        private readonly LocalCluster _cluster;
        private readonly CancellationTokenSource _end = new();
        private readonly Task _watch;

        public Watched(LocalCluster cluster)
        {
            _cluster = cluster;
            _watch = cluster.KeepRunningAsync(TimeProvider.System, error => Console.Error.WriteLine(error.Message), _end.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _watch;
            await _cluster.DisposeAsync();
            _end.Dispose();
        }
    }
}
