using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marten.Internal;

/// <summary>Where the store meets the asynchronous daemon.</summary>
internal static class DaemonSeam
{
    public static void Register(IServiceCollection services) => _ = services;

    public static IProjectionDaemon Build(DocumentStore store, ILogger? logger) => throw new NotSupportedException();

    public static Task<IReadOnlyList<ShardState>> AllProgressAsync(DocumentStore store, CancellationToken token) => throw new NotSupportedException();

    public static Task WaitForNonStaleAsync(DocumentStore store, TimeSpan timeout) => throw new NotSupportedException();
}
