namespace Marten.Events;

/// <summary>Everything a session does with events.</summary>
public interface IEventStoreOperations : JasperFx.Events.IEventStoreOperations, IEventOperations, IQueryEventStore;
