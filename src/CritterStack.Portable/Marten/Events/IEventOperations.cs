namespace Marten.Events;

/// <summary>Adding events to streams.</summary>
public interface IEventOperations : JasperFx.Events.IEventOperations;
