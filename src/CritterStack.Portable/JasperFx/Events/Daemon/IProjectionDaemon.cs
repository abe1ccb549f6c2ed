namespace JasperFx.Events.Daemon;

/// <summary>Runs and rebuilds asynchronous projections.</summary>
public interface IProjectionDaemon : IDisposable
{
    /// <summary>Builds the projection's rows anew from the log; the new rows replace the old in one step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">no projection has this name</exception>
    Task RebuildProjectionAsync(string projectionName, CancellationToken token);

    /// <summary>Rebuilds as the other one does, giving up after <paramref name="shardTimeout"/>.</summary>
    Task RebuildProjectionAsync(string projectionName, TimeSpan shardTimeout, CancellationToken token);
}
