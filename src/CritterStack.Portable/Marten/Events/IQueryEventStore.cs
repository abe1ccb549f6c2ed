namespace Marten.Events;

/// <summary>Reading streams.</summary>
public interface IQueryEventStore : JasperFx.Events.IQueryEventStore;
