using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Weasel.Core;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>One instance of the application: a store, and a daemon when a mode is given.</summary>
public sealed class StoreHost : IAsyncDisposable
{
    private StoreHost(IHost host, CollectedLog log)
    {
        Host = host;
        Log = log;
        Store = host.Services.GetRequiredService<IDocumentStore>();
    }

    public IHost Host { get; }

    public IDocumentStore Store { get; }

    public CollectedLog Log { get; }

    /// <summary>
    /// Starts an instance whose connections carry <paramref name="name"/> as their application's name, so that a test
    /// can tell its backends from those of the others.
    /// </summary>
    public static async Task<StoreHost> StartAsync(
        string connectionString, string name, DaemonMode? daemon = null, int cacheLimit = 0, Action<StoreOptions>? more = null)
    {
        var log = new CollectedLog();
        var host = Build(connectionString, name, daemon, cacheLimit, more, log);
        try
        {
            await host.StartAsync();
            return new StoreHost(host, log);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>The projections of the daemon that most tests look at.</summary>
    public static void AddAsync(StoreOptions options)
    {
        options.Projections.Add(new Tally(), ProjectionLifecycle.Async, "Tally", Tearing("suite.tally"));
        options.Projections.Add(new Journal(), ProjectionLifecycle.Async, "Journal", Tearing("suite.journal"));
        options.Projections.Subscribe(new Collector(), s => s.Name = "collector");
    }

    /// <summary>Small batches, so that even short logs take many; and the table a rebuild starts by emptying.</summary>
    public static Action<AsyncOptions> Tearing(string table) => options =>
    {
        options.BatchSize = 50;
        options.DeleteDataInTableOnTeardown(table);
    };

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Host.StopAsync();
        }
        finally
        {
            if (Host is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
            else
                Host.Dispose();
        }
    }

    private static IHost Build(
        string connectionString, string name, DaemonMode? daemon, int cacheLimit, Action<StoreOptions>? more, CollectedLog log)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = name,
            EnvironmentName = Environments.Development,
        });
        builder.Logging.AddProvider(log);
        var connection = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = name, MaxPoolSize = 12 };
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(connection));
        var marten = builder.Services.AddMarten(options =>
            {
                Configure(options, cacheLimit);
                more?.Invoke(options);
            })
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .ApplyAllDatabaseChangesOnStartup();
        if (daemon is { } mode)
            marten.AddAsyncDaemon(mode);
        return builder.Build();
    }

    private static void Configure(StoreOptions options, int cacheLimit)
    {
        options.DatabaseSchemaName = "marketplace";
        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.Rich;
        // To enable all does not enable the user's name.
        options.Events.MetadataConfig.EnableAll();
        options.Events.MetadataConfig.UserNameEnabled = true;
        options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase);
        options.Events.MapEventType<AccountOpened>("account_opened");
        options.Events.MapEventType<AmountAdded>("amount_added");
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Add(new AccountProjection(), ProjectionLifecycle.Live);
        options.Projections.Add(new Balances(), ProjectionLifecycle.Inline);
        options.Projections.Add(new Receipts(), ProjectionLifecycle.Inline);
        if (cacheLimit > 0)
            options.Events.CacheAggregatesForWriting<Account>(sizeLimit: cacheLimit);
    }
}
