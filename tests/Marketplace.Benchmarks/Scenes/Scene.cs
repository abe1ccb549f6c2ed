using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Processes;
using Marketplace.Hosting;
using Npgsql;

namespace Marketplace.Benchmarks.Scenes;

/// <summary>
/// A database of its own with a made log, the application on it, which has made every read model of the log itself, and the yardsticks
/// beside it on the same rows.
/// </summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly Stage _stage;
    private readonly DateTimeOffset _began;
    private ServerProcess? _yardstick;

    private Scene(Stage stage, LogShape shape)
    {
        (_stage, Shape) = (stage, shape);
        var began = TimeProvider.System.GetUtcNow() - GeneratedLog.Span - TimeSpan.FromMinutes(1);
        _began = new DateTimeOffset(began.Ticks - (began.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
    }

    /// <summary>What the log holds.</summary>
    public LogShape Shape { get; }

    /// <summary>The application.</summary>
    public ServerProcess Application { get; private set; } = null!;

    /// <summary>From the start of the application's process to its first answer that it is ready.</summary>
    public TimeSpan ReadyIn { get; private set; }

    /// <summary>Makes it.</summary>
    public static async Task<Scene> SetAsync(Stage stage, LogShape shape)
    {
        var scene = new Scene(stage, shape);
        try
        {
            await stage.CreateWithSchemaAsync(shape.Name);
            await using (var connection = await scene.ConnectAsync())
                await GeneratedLog.WriteAsync(connection, shape, scene._began);
            await scene.TidyAsync();
            (scene.Application, scene.ReadyIn) = await stage.StartUntilReadyAsync(shape.Name);
            foreach (var model in ReadModels.All)
                await scene.RebuildAsync(model.Name);
            await scene.TidyAsync();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Rebuilds a read model under the running application.</summary>
    /// <returns>How long the application says that took, in seconds.</returns>
    /// <exception cref="InvalidOperationException">It was refused or failed.</exception>
    public async Task<double> RebuildAsync(string name)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromHours(1) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Of("operator", "benchmark"));
        using var answer = await http.PostAsync($"http://127.0.0.1:{Application.Port}/v1/operations/rebuild/{name}", null);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{name} could not be rebuilt: {text} {Application.Log}");
        using var view = JsonDocument.Parse(text);
        return view.RootElement.GetProperty("seconds").GetDouble();
    }

    /// <summary>Instants over the whole history, always the same ones.</summary>
    public IEnumerable<DateTimeOffset> Instants(int count)
    {
        var random = new Random(1);
        return Enumerable.Range(0, count).Select(_ => _began + (GeneratedLog.Span * random.NextDouble()));
    }

    /// <summary>A plan against the application.</summary>
    public LoadPlan ToApplication(string[] requests, int connections) => _stage.To(Application, requests, connections);

    /// <summary>A plan against the yardsticks on the same database, whose server is started for the first of them.</summary>
    public async Task<LoadPlan> ToYardstickAsync(string[] requests, int connections) =>
        _stage.To(_yardstick ??= await _stage.StartYardstickAsync(Shape.Name), requests, connections);

    /// <summary>Opens a connection of its own to the database.</summary>
    public Task<NpgsqlConnection> ConnectAsync() => _stage.ConnectAsync(Shape.Name);

    /// <summary>Stops the application and drops the database.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Application is not null)
            await Application.DisposeAsync();
        if (_yardstick is not null)
            await _yardstick.DisposeAsync();
        await using var connection = await _stage.ConnectAsync("postgres");
        NpgsqlConnection.ClearAllPools();
        await using var drop = new NpgsqlCommand($"drop database if exists {Shape.Name} with (force)", connection);
        await drop.ExecuteNonQueryAsync();
    }

    // What autovacuum and a checkpoint would do some time later, in the middle of what is measured.
    private async Task TidyAsync()
    {
        await using var connection = await ConnectAsync();
        foreach (var statement in new[] { "vacuum analyze", "checkpoint" })
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 1800 };
            await command.ExecuteNonQueryAsync();
        }
    }
}
