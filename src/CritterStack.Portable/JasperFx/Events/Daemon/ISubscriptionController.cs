using JasperFx.Events.Projections;

namespace JasperFx.Events.Daemon;

/// <summary>What a subscription can tell the daemon that runs it.</summary>
public interface ISubscriptionController
{
    /// <summary>Why the subscription is running.</summary>
    ShardExecutionMode Mode { get; }

    /// <summary>What is done with failing events.</summary>
    ErrorHandlingOptions ErrorOptions { get; }

    /// <summary>Name of the subscription's progress.</summary>
    ShardName Name { get; }

    /// <summary>How the subscription is run.</summary>
    AsyncOptions Options { get; }

    /// <summary>Everything up to <paramref name="processedCeiling"/> has been dealt with.</summary>
    ValueTask MarkSuccessAsync(long processedCeiling);

    /// <summary>Stops the subscription: its whole page failed.</summary>
    Task ReportCriticalFailureAsync(Exception ex);

    /// <summary>Stops the subscription after <paramref name="lastProcessed"/>.</summary>
    Task ReportCriticalFailureAsync(Exception ex, long lastProcessed);
}
