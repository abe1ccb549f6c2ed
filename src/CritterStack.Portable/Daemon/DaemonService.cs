using JasperFx.Events.Daemon;
using Marten.Internal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marten.Events.Daemon;

/// <summary>Runs the daemon beside the application.</summary>
internal sealed class DaemonService(DocumentStore store, DaemonHealth health) : BackgroundService
{
    /// <summary>Category of everything the daemon logs.</summary>
    public const string LogCategory = "Marten.Events.Daemon";

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var context = new DaemonContext(store, store.Loggers.CreateLogger(LogCategory), health);
        var run = new DaemonRun(context, store.Options.Projections.AsyncMode == DaemonMode.HotCold);
        // On the pool: the host must not wait for the database to start its other services.
        return Task.Run(() => run.RunAsync(stoppingToken), CancellationToken.None);
    }
}
