using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Hosting;

/// <summary>The one data source of the program.</summary>
public static class Database
{
    /// <summary>The longest a statement may take, in seconds.</summary>
    public const int CommandTimeoutSeconds = 15;

    /// <summary>The longest it may take to get a connection, in seconds.</summary>
    public const int ConnectTimeoutSeconds = 5;

    /// <summary>Connections at the most, unless the connection string says otherwise.</summary>
    public const int MaxPoolSize = 50;

    /// <summary>Registers the data source and what stands directly on it.</summary>
    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => Build(
            provider.GetRequiredService<IConfiguration>().GetConnectionString(DevelopmentDatabase.ConnectionName)!,
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<Positions>();
        services.AddSingleton<ReadModelProgress>();
        services.AddSingleton<KnownStreams>();
        services.AddSingleton<Decisions>();
    }

    private static NpgsqlDataSource Build(string connectionString, ILoggerFactory logs)
    {
        var configured = new NpgsqlConnectionStringBuilder(connectionString);
        configured.SearchPath = Schema.Name;
        // Statements are few and constant; the server parses and plans each of them once per connection.
        configured.MaxAutoPrepare = 200;
        configured.AutoPrepareMinUsages = 2;
        // Whoever sets, locks or listens on a session undoes it: wiping every session at every return costs more than most statements do.
        configured.NoResetOnClose = true;
        configured.Timezone = "UTC";
        if (!configured.ContainsKey("Application Name")) configured.ApplicationName = "marketplace";
        if (!configured.ContainsKey("Maximum Pool Size")) configured.MaxPoolSize = MaxPoolSize;
        if (!configured.ContainsKey("Command Timeout")) configured.CommandTimeout = CommandTimeoutSeconds;
        if (!configured.ContainsKey("Timeout")) configured.Timeout = ConnectTimeoutSeconds;
        var builder = new NpgsqlDataSourceBuilder(configured.ConnectionString);
        builder.UseLoggerFactory(logs);
        // The name under which its connections are counted; without one it would be the address.
        builder.Name = "marketplace";
        return builder.Build();
    }
}
