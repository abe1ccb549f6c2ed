using Marketplace.Storage;
using Marketplace.WritePath;
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

    /// <summary>
    /// Seconds after which the server ends the session of a host that is gone without a word (the power, the network): 15 of silence, then
    /// three questions 5 apart. Its locks go with it: those on a feed's seller and on the leadership of the projections.
    /// </summary>
    public const int LostHostSeconds = 30;

    private const string KeepAlive = "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    /// <summary>Registers the data source and what stands directly on it.</summary>
    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => Build(provider, _ => { }));
        services.AddSingleton(provider => new CommitConnections(Build(provider, commits =>
        {
            // Readers that take every connection keep no write waiting.
            commits.MaxPoolSize = CommitConnections.Most;
            // Statements over arrays: planning each again for its number of rows costs more than it gains.
            commits.Options += FormattableString.Invariant($" -c lock_timeout={GroupCommit.GroupLockWait.TotalMilliseconds} -c plan_cache_mode=force_generic_plan");
        })));
        services.AddSingleton<Positions>();
        services.AddSingleton<ReadModelProgress>();
        services.AddSingleton<KnownStreams>();
        services.AddWritePath();
    }

    private static NpgsqlDataSource Build(IServiceProvider provider, Action<NpgsqlConnectionStringBuilder> more)
    {
        var connectionString = provider.GetRequiredService<IConfiguration>().GetConnectionString(DevelopmentDatabase.ConnectionName)!;
        var configured = new NpgsqlConnectionStringBuilder(connectionString);
        configured.SearchPath = Schema.Name;
        // Statements are few and constant; the server parses and plans each of them once per connection.
        configured.MaxAutoPrepare = 200;
        configured.AutoPrepareMinUsages = 2;
        // Whoever sets, locks or listens on a session undoes it: wiping every session at every return costs more than most statements do.
        configured.NoResetOnClose = true;
        configured.Timezone = "UTC";
        // What is set tells ShouldSerialize; ContainsKey is true of every name that the driver knows.
        if (!configured.ShouldSerialize("Application Name")) configured.ApplicationName = "marketplace";
        if (!configured.ShouldSerialize("Maximum Pool Size")) configured.MaxPoolSize = MaxPoolSize;
        if (!configured.ShouldSerialize("Command Timeout")) configured.CommandTimeout = CommandTimeoutSeconds;
        if (!configured.ShouldSerialize("Timeout")) configured.Timeout = ConnectTimeoutSeconds;
        if (!configured.ShouldSerialize("Options")) configured.Options = KeepAlive;
        more(configured);
        var builder = new NpgsqlDataSourceBuilder(configured.ConnectionString);
        builder.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
        // The name under which its connections are counted; without one it would be the address.
        builder.Name = "marketplace";
        return builder.Build();
    }
}
