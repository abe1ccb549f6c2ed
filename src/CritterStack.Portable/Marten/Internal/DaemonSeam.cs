using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten.Events.Daemon;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Marten.Internal;

/// <summary>Where the store meets the asynchronous daemon.</summary>
internal static class DaemonSeam
{
    /// <summary>Runs the daemon as a hosted service, with a health check named "projections".</summary>
    public static void Register(IServiceCollection services)
    {
        services.TryAddSingleton<DaemonHealth>();
        services.AddHostedService<DaemonService>();
        if (services.Any(s => s.ImplementationType == typeof(ProjectionsHealthCheck)))
            return;
        services.AddSingleton<ProjectionsHealthCheck>();
        services.AddHealthChecks().AddCheck<ProjectionsHealthCheck>(ProjectionsHealthCheck.Name);
    }

    /// <summary>Something to rebuild projections with.</summary>
    public static IProjectionDaemon Build(DocumentStore store, ILogger? logger) =>
        new ProjectionDaemon(new DaemonContext(store, logger ?? store.Loggers.CreateLogger(DaemonService.LogCategory), new DaemonHealth()));

    /// <summary>Every row of progress, the mark first.</summary>
    public static Task<IReadOnlyList<ShardState>> AllProgressAsync(DocumentStore store, CancellationToken token) =>
        ProgressTable.AllAsync(store.DataSource, store.Schema, token);

    /// <summary>Waits until the projections have caught up.</summary>
    public static Task WaitForNonStaleAsync(DocumentStore store, TimeSpan timeout) => NonStale.WaitAsync(store, timeout);
}
