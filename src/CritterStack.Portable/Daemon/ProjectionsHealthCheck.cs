using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marten.Events.Daemon;

/// <summary>
/// Says whether the daemon of this process does its work: unhealthy when a projection has stopped at an event or the
/// database is away, degraded when an open transaction holds all projections back.
/// </summary>
internal sealed class ProjectionsHealthCheck(DaemonHealth health) : IHealthCheck
{
    /// <summary>Name of the check.</summary>
    public const string Name = "projections";

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (health.Down is { } down)
            return HealthCheckResult.Unhealthy($"The database cannot be used: {down}");
        var stopped = health.Stopped.ToDictionary(s => s.Key, s => (object)s.Value);
        if (stopped.Count > 0)
            return HealthCheckResult.Unhealthy(string.Join("; ", stopped.Values), data: stopped);
        if (health.Held is { } held)
            return HealthCheckResult.Degraded(held);
        return HealthCheckResult.Healthy(
            health.Leads ? "This process runs the projections" : "Another process runs the projections, or none yet");
    }
}
