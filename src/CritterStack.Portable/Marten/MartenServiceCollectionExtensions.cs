using JasperFx.Events.Daemon;
using Marten.Internal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marten;

/// <summary>Registers the store.</summary>
public static class MartenServiceCollectionExtensions
{
    /// <summary>Registers the store as <see cref="IDocumentStore"/>, and a session of each kind per scope.</summary>
    public static MartenConfigurationExpression AddMarten(this IServiceCollection services, Action<StoreOptions> configure)
    {
        var options = new StoreOptions();
        configure(options);
        services.AddSingleton(options);
        services.AddSingleton(Build);
        services.AddSingleton<IDocumentStore>(s => s.GetRequiredService<DocumentStore>());
        services.AddScoped(s => s.GetRequiredService<IDocumentStore>().QuerySession());
        services.AddScoped(s => s.GetRequiredService<IDocumentStore>().LightweightSession());
        return new MartenConfigurationExpression(services, options);
    }

    private static DocumentStore Build(IServiceProvider services)
    {
        var options = services.GetRequiredService<StoreOptions>();
        var dataSource = options.DataSource?.Invoke(services)
            ?? throw new InvalidOperationException("The store has no database: call UseNpgsqlDataSource() behind AddMarten(…)");
        return new DocumentStore(
            options,
            dataSource,
            services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            UnsafeDurability.AllowedBy(services.GetService<IConfiguration>()));
    }

    /// <summary>What may be said about a store that was just registered.</summary>
    public class MartenConfigurationExpression
    {
        private readonly StoreOptions _options;

        internal MartenConfigurationExpression(IServiceCollection services, StoreOptions options)
        {
            Services = services;
            _options = options;
        }

        /// <summary>The application's services.</summary>
        public IServiceCollection Services { get; }

        /// <summary>Uses the application's registered data source, of a key where one is given.</summary>
        public MartenConfigurationExpression UseNpgsqlDataSource(object? serviceKey = null)
        {
            _options.DataSource = serviceKey is null
                ? s => s.GetRequiredService<NpgsqlDataSource>()
                : s => s.GetRequiredKeyedService<NpgsqlDataSource>(serviceKey);
            return this;
        }

        /// <summary>Injected sessions track nothing: there are no others in the portable store.</summary>
        public MartenConfigurationExpression UseLightweightSessions() => this;

        /// <summary>Creates what is missing in the database before any other hosted service starts.</summary>
        public MartenConfigurationExpression ApplyAllDatabaseChangesOnStartup()
        {
            if (!_options.AppliesChangesOnStartup)
            {
                _options.AppliesChangesOnStartup = true;
                Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, MartenActivator>());
            }

            return this;
        }

        /// <summary>Runs the asynchronous projections in this process, or in one of several.</summary>
        public MartenConfigurationExpression AddAsyncDaemon(DaemonMode mode)
        {
            _options.Projections.AsyncMode = mode;
            if (mode is DaemonMode.Solo or DaemonMode.HotCold)
            {
                DaemonSeam.Register(Services);
            }

            return this;
        }
    }
}
