using JasperFx.Events.Daemon;
using Marten.Events.Daemon.Rebuilding;

namespace Marten.Events.Daemon;

/// <summary>Rebuilds projections on demand.</summary>
internal sealed class ProjectionDaemon(DaemonContext context) : IProjectionDaemon
{
    /// <inheritdoc />
    public async Task RebuildProjectionAsync(string projectionName, CancellationToken token)
    {
        var target = RebuildTarget.Find(context.Store.Options, projectionName);
        await context.Store.EnsureSchemaAsync(token).ConfigureAwait(false);
        await using var rebuild = await RebuildLock.TakeAsync(context, target.Name, token).ConfigureAwait(false);
        if (target.Tables.Length > 0)
        {
            await new ProjectionRebuild(context, target, rebuild.Connection).RunAsync(token).ConfigureAwait(false);
        }
        else if (target.Inline)
        {
            throw new InvalidOperationException(
                $"The inline projection {target.Name} has declared no tables, so there is nothing to rebuild aside: "
                + "register it with DeleteDataInTableOnTeardown for each of its tables");
        }
        else
        {
            await new ProjectionReplay(context, target, rebuild.Connection).RunAsync(token).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task RebuildProjectionAsync(string projectionName, TimeSpan shardTimeout, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(shardTimeout);
        try
        {
            await RebuildProjectionAsync(projectionName, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new TimeoutException($"The projection {projectionName} was not rebuilt within {shardTimeout}; its rows are the old ones");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
