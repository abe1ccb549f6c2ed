using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;

namespace TestSupport;

/// <summary>A database of its own for one test or one class of tests, dropped when disposed however many sessions still use it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    // Enough for 16 writers and a daemon, few enough that thirty applications at once fit the cluster's connections.
    private const int PoolSize = 16;
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new();
    private static int _count;
    private readonly string _address;

    private TestDatabase(string name, string address) => (Name, _address) = (name, address);

    /// <summary>The database's name, not used before or after.</summary>
    public string Name { get; }

    /// <summary>How to reach the database, with a pool of at most 16 connections.</summary>
    public string ConnectionString => With();

    /// <summary>Makes an empty database.</summary>
    public static async Task<TestDatabase> CreateAsync(CancellationToken cancellation = default)
    {
        var name = NextName("db");
        await TestCluster.ExecuteAsync($"create database \"{name}\"", cancellation);
        return new TestDatabase(name, await AddressOf(name));
    }

    /// <summary>
    /// Makes a copy of a database that is prepared once in this process, by the first call with its key: cheaper than to apply a
    /// schema or to load events each time. The preparation must close what it opens; its own sessions are ended before the copy.
    /// </summary>
    public static async Task<TestDatabase> CreateFromTemplateAsync(
        string key, Func<string, Task> prepare, CancellationToken cancellation = default)
    {
        var template = await Templates.GetOrAdd(key, _ => new Lazy<Task<string>>(() => PrepareTemplateAsync(prepare))).Value;
        var name = NextName("copy");
        await TestCluster.ExecuteAsync($"create database \"{name}\" template \"{template}\"", cancellation);
        return new TestDatabase(name, await AddressOf(name));
    }

    /// <summary>How to reach the database in a certain way.</summary>
    public string With(string? searchPath = null, string? applicationName = null, int? maxPoolSize = null, bool pooling = true)
    {
        var address = new NpgsqlConnectionStringBuilder(_address)
        {
            MaxPoolSize = maxPoolSize ?? PoolSize,
            Pooling = pooling,
            IncludeErrorDetail = true,
        };
        if (searchPath is not null)
            address.SearchPath = searchPath;
        if (applicationName is not null)
            address.ApplicationName = applicationName;
        return address.ConnectionString;
    }

    /// <summary>Opens a connection outside of every pool.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation = default)
    {
        var connection = new NpgsqlConnection(With(pooling: false));
        await connection.OpenAsync(cancellation);
        return connection;
    }

    /// <summary>Runs one statement; positional parameters are $1, $2 and so on.</summary>
    public async Task ExecuteAsync(string sql, params object?[] values)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Reads one value, null for a missing row or a null; positional parameters are $1, $2 and so on.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object?[] values)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Drops the database and ends the sessions in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await TestCluster.ExecuteAsync($"drop database if exists \"{Name}\" with (force)", CancellationToken.None);
        // Pools of this address would otherwise keep their dead connections until the process ends.
        await using var pooled = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(pooled);
    }

    private static async Task<string> PrepareTemplateAsync(Func<string, Task> prepare)
    {
        var name = NextName("template");
        await TestCluster.ExecuteAsync($"create database \"{name}\"", CancellationToken.None);
        var template = new TestDatabase(name, await AddressOf(name));
        await prepare(template.ConnectionString);
        await TestCluster.ExecuteAsync($"alter database \"{name}\" allow_connections false", CancellationToken.None);
        await PostgresBackends.TerminateOfDatabaseAsync(await AddressOf("postgres"), name);
        return name;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value ?? DBNull.Value);
        return command;
    }

    private static string NextName(string kind) =>
        $"{TestCluster.Prefix}{kind}_{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";

    private static async Task<string> AddressOf(string database) => (await TestCluster.GetAsync()).ConnectionString(database);
}
