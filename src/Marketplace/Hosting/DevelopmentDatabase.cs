using LocalPostgres;

namespace Marketplace.Hosting;

/// <summary>The private PostgreSQL cluster of a program that was told of no database.</summary>
public static class DevelopmentDatabase
{
    /// <summary>The connection string's name in the configuration; in the environment <c>ConnectionStrings__Marketplace</c>.</summary>
    public const string ConnectionName = "Marketplace";

    /// <summary>Names the folder of the private cluster; a per-user data folder without it.</summary>
    public const string FolderVariable = "MARKETPLACE_DATA";

    private const string DatabaseName = "marketplace";

    /// <summary>The folder of the private cluster, or null where a database is configured.</summary>
    /// <exception cref="LocalPostgresException">The user has no home folder, and none is named.</exception>
    public static string? Folder(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration.GetConnectionString(ConnectionName)) ? null
        : configuration[FolderVariable] is { Length: > 0 } named ? Path.GetFullPath(named)
        : DataFolders.Default();

    /// <summary>
    /// Starts or joins the private cluster and puts its connection string into the configuration, unless one is there already.
    /// </summary>
    /// <returns>What stops the cluster when the last process using it is done, or null.</returns>
    public static async Task<IAsyncDisposable?> StartIfNoneIsConfiguredAsync(ConfigurationManager configuration)
    {
        try
        {
            if (Folder(configuration) is not { } folder) return null;
            var cluster = await LocalCluster.StartAsync(new LocalClusterOptions { DataFolder = folder });
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
