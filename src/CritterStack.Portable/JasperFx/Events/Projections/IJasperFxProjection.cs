namespace JasperFx.Events.Projections;

/// <summary>A projection that applies pages of events by operations of a <typeparamref name="TOperations"/>.</summary>
public interface IJasperFxProjection<TOperations>
{
    /// <summary>Queues what the events mean for the projection's rows.</summary>
    /// <param name="operations">session whose transaction the rows are written in</param>
    /// <param name="events">events in order; inline ones have no sequence yet</param>
    /// <param name="cancellation">gives up</param>
    Task ApplyAsync(TOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation);
}
