using LocalPostgres;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Peer;
using Marketplace.Benchmarks.Processes;
using Marketplace.Benchmarks.Scenes;
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

    /// <summary>A database with the application's schema and nothing in it.</summary>
    public const string BlankDatabase = "blank";

    private const string PeerDatabase = "peer";
    private const string ApplicationDatabase = "marketplace";

    // Several programs are connected at a time, each with a pool of its own.
    private const string MaxConnections = "300";

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-bench-").FullName;
    private readonly Options _options;
    private Scene? _lively;
    private ServerProcess? _peer;
    private bool _hasBlank;
    private bool _hasMetAllOffers;

    private Stage(Options options) => _options = options;

    /// <summary>How large everything is.</summary>
    public Scale Scale => _options.Scale;

    /// <summary>The load client.</summary>
    public LoadProcess Load { get; } = LoadProcess.Start();

    /// <summary>The application.</summary>
    public ServerProcess Application { get; private set; } = null!;

    /// <summary>The yardsticks' server.</summary>
    public ServerProcess Yardstick { get; private set; } = null!;

    /// <summary>The idiomatic peer, started for the first row that asks for it.</summary>
    public async Task<ServerProcess> PeerAsync() => _peer ??= await StartPeerAsync();

    /// <summary>The cluster.</summary>
    public LocalCluster Cluster { get; private set; } = null!;

    /// <summary>Starts everything and fills both databases with the shop.</summary>
    public static async Task<Stage> SetAsync(Options options)
    {
        var stage = new Stage(options);
        try
        {
            await stage.StartAsync();
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>A plan against the application.</summary>
    public LoadPlan ToApplication(string[] requests, int connections) => To(Application, requests, connections);

    /// <summary>A plan against a yardstick.</summary>
    public LoadPlan ToYardstick(string[] requests, int connections) => To(Yardstick, requests, connections);

    /// <summary>A plan against some server.</summary>
    public LoadPlan To(ServerProcess server, string[] requests, int connections) =>
        new(server.Port, requests, connections) { ApplicationId = server.Id, PostmasterId = Cluster.ProcessId };

    /// <summary>The long log that several rows are measured on, made for the first of them.</summary>
    public async Task<Scene> LivelyAsync() => _lively ??= await Scene.SetAsync(this, LogShape.Lively(Scale.Events));

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

    /// <summary>Gives both sides what a program has that has been running for a while: the offers in its memory, statements prepared, code compiled.</summary>
    public async Task MeetAllOffersAsync()
    {
        if (_hasMetAllOffers)
            return;
        foreach (var plan in new[]
            {
                ToApplication(Shop.Repricings(), 16),
                ToYardstick(Shop.Repricings(YardstickProgram.OneTrip), 16),
                ToYardstick(Shop.Repricings(YardstickProgram.Grouped), 16),
            })
            await Load.RunAsync(plan with { Once = true });
        _hasMetAllOffers = true;
    }

    /// <summary>Opens a connection of its own to the application's database.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(string database = ApplicationDatabase)
    {
        var address = new NpgsqlConnectionStringBuilder(Cluster.ConnectionString(database)) { SearchPath = "marketplace", CommandTimeout = 300 };
        var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Makes a database that has the application's schema, as the application makes it, and nothing in it.</summary>
    public async Task CreateWithSchemaAsync(string database)
    {
        await EnsureBlankAsync();
        await CopyAsync(BlankDatabase, database);
    }

    /// <summary>Makes the blank database by having the application start on it.</summary>
    public async Task EnsureBlankAsync()
    {
        if (_hasBlank)
            return;
        await Cluster.EnsureDatabaseAsync(BlankDatabase);
        var (server, _) = await StartUntilReadyAsync(BlankDatabase);
        await server.DisposeAsync();
        _hasBlank = true;
    }

    /// <summary>Starts the application on a database and waits until it says that it is ready.</summary>
    public async Task<(ServerProcess Server, TimeSpan ReadyIn)> StartUntilReadyAsync(string database)
    {
        var server = await StartApplicationAsync(database);
        return (server, await server.WaitForAsync("/health/ready"));
    }

    /// <summary>Starts the yardsticks on a database.</summary>
    public Task<ServerProcess> StartYardstickAsync(string database) =>
        ServerProcess.StartAsync(typeof(Stage).Assembly.Location, ["yardstick"],
            new Dictionary<string, string> { [YardstickProgram.Database] = Cluster.ConnectionString(database) });

    /// <summary>Stops everything and deletes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        Load.Dispose();
        if (_lively is not null)
            await _lively.DisposeAsync();
        if (Application is not null)
            await Application.DisposeAsync();
        if (Yardstick is not null)
            await Yardstick.DisposeAsync();
        if (_peer is not null)
            await _peer.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        Cluster = await LocalCluster.StartAsync(new LocalClusterOptions
        {
            DataFolder = _folder,
            Settings = new Dictionary<string, string>(_options.Settings) { ["max_connections"] = MaxConnections },
            StopLimit = TimeSpan.FromMinutes(1),
        });
        await Cluster.EnsureDatabaseAsync(ApplicationDatabase);
        Application = await StartApplicationAsync(ApplicationDatabase);
        await SendOnceAsync(Shop.Products());
        await SendOnceAsync(Shop.Offers());
        // A copy needs the database for itself. The application then begins with what a start leaves it: nothing in memory.
        await Application.DisposeAsync();
        await CopyAsync(ApplicationDatabase, YardstickDatabase);
        Application = await StartApplicationAsync(ApplicationDatabase);
        Yardstick = await StartYardstickAsync(YardstickDatabase);
        foreach (var database in new[] { ApplicationDatabase, YardstickDatabase })
            await TidyAsync(database);
    }

    private async Task<ServerProcess> StartPeerAsync()
    {
        await CreateWithSchemaAsync(PeerDatabase);
        var peer = await ServerProcess.StartAsync(typeof(Stage).Assembly.Location, ["peer"],
            new Dictionary<string, string> { [PeerProgram.Database] = Cluster.ConnectionString(PeerDatabase) });
        await peer.WaitForAsync(PeerProgram.Ready);
        await TidyAsync(PeerDatabase);
        await Load.RunAsync(To(peer, PeerShop.Repricings(), 16) with { Once = true });
        // A yardstick that stores nothing would measure nothing.
        await using var connection = await ConnectAsync(PeerDatabase);
        await using var count = new NpgsqlCommand("select count(*) from mt_events e join current_offer o on o.price_since = e.timestamp where e.version = 2", connection);
        return await count.ExecuteScalarAsync() is > Shop.ProductCount * Shop.OffersPerProduct * 9L / 10 ? peer
            : throw new InvalidOperationException("The peer did not store what it was asked to.");
    }

    private async Task TidyAsync(string database)
    {
        await using var connection = await ConnectAsync(database);
        await using var tidy = new NpgsqlCommand("vacuum analyze", connection);
        await tidy.ExecuteNonQueryAsync();
    }

    private async Task CopyAsync(string from, string to)
    {
        await using var connection = await ConnectAsync("postgres");
        await using var copy = new NpgsqlCommand($"create database {to} template {from}", connection);
        await copy.ExecuteNonQueryAsync();
    }

    private Task<ServerProcess> StartApplicationAsync(string database) =>
        ServerProcess.StartAsync(_options.Application, [],
            new Dictionary<string, string>(_options.Environment)
            {
                ["ConnectionStrings__Marketplace"] = Cluster.ConnectionString(database),
                [Tokens.Setting.Name] = Tokens.Setting.Value,
                ["Limits__RequestsPerSecond"] = "0",
            });
}
