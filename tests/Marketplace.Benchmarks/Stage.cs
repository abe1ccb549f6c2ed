using LocalPostgres;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Processes;
using Marketplace.Benchmarks.Yardsticks;
using Npgsql;

namespace Marketplace.Benchmarks;

/// <summary>
/// Everything a row is measured on: a private cluster in a temporary folder, the application and the yardsticks as processes of their own,
/// each on its own database with the same rows, and the load client.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>The yardsticks' database.</summary>
    public const string YardstickDatabase = "yardstick";

    private const string ApplicationDatabase = "marketplace";
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-bench-").FullName;

    private Stage()
    {
    }

    /// <summary>The load client.</summary>
    public LoadProcess Load { get; } = LoadProcess.Start();

    /// <summary>The application.</summary>
    public ServerProcess Application { get; private set; } = null!;

    /// <summary>The yardsticks' server.</summary>
    public ServerProcess Yardstick { get; private set; } = null!;

    /// <summary>The cluster.</summary>
    public LocalCluster Cluster { get; private set; } = null!;

    /// <summary>Starts everything and fills both databases with the shop.</summary>
    public static async Task<Stage> SetAsync(Options options)
    {
        var stage = new Stage();
        try
        {
            await stage.StartAsync(options);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>A plan against the application.</summary>
    public LoadPlan ToApplication(string[] requests, int connections) =>
        new(Application.Port, requests, connections) { ApplicationId = Application.Id, PostmasterId = Cluster.ProcessId };

    /// <summary>A plan against a yardstick.</summary>
    public LoadPlan ToYardstick(string[] requests, int connections) =>
        new(Yardstick.Port, requests, connections) { ApplicationId = Yardstick.Id, PostmasterId = Cluster.ProcessId };

    /// <summary>Sends requests once each to the application.</summary>
    /// <exception cref="InvalidOperationException">One was refused.</exception>
    public async Task SendOnceAsync(IEnumerable<string> requests)
    {
        // In lines that a pipe and a parser take without trouble.
        foreach (var some in requests.Chunk(5000))
        {
            var result = await Load.RunAsync(ToApplication(some, connections: 64) with { Once = true });
            if (result.Errors.Count > 0)
                throw new InvalidOperationException($"The shop could not be filled: {result.FirstError}");
        }
    }

    /// <summary>Opens a connection of its own to the application's database.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(string database = ApplicationDatabase)
    {
        var address = new NpgsqlConnectionStringBuilder(Cluster.ConnectionString(database)) { SearchPath = "marketplace", CommandTimeout = 300 };
        var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Stops everything and deletes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        Load.Dispose();
        if (Application is not null)
            await Application.DisposeAsync();
        if (Yardstick is not null)
            await Yardstick.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(Options options)
    {
        Cluster = await LocalCluster.StartAsync(new LocalClusterOptions
        {
            DataFolder = _folder,
            Settings = options.Settings,
            StopLimit = TimeSpan.FromMinutes(1),
        });
        await Cluster.EnsureDatabaseAsync(ApplicationDatabase);
        await StartApplicationAsync(options);
        await SendOnceAsync(Shop.Products());
        await SendOnceAsync(Shop.Offers());
        // A copy needs the database for itself. The application then begins with what a start leaves it: nothing in memory.
        await Application.DisposeAsync();
        await using (var connection = await ConnectAsync("postgres"))
        await using (var copy = new NpgsqlCommand($"create database {YardstickDatabase} template {ApplicationDatabase}", connection))
            await copy.ExecuteNonQueryAsync();
        await StartApplicationAsync(options);
        Yardstick = await ServerProcess.StartAsync(typeof(Stage).Assembly.Location, ["yardstick"],
            new Dictionary<string, string> { [YardstickProgram.Database] = Cluster.ConnectionString(YardstickDatabase) });
        foreach (var database in new[] { ApplicationDatabase, YardstickDatabase })
        {
            await using var connection = await ConnectAsync(database);
            await using var tidy = new NpgsqlCommand("vacuum analyze", connection);
            await tidy.ExecuteNonQueryAsync();
        }
    }

    private async Task StartApplicationAsync(Options options) =>
        Application = await ServerProcess.StartAsync(options.Application, [],
            new Dictionary<string, string>(options.Environment)
            {
                ["ConnectionStrings__Marketplace"] = Cluster.ConnectionString(ApplicationDatabase),
                [Tokens.Setting.Name] = Tokens.Setting.Value,
                ["Limits__RequestsPerSecond"] = "0",
            });
}
