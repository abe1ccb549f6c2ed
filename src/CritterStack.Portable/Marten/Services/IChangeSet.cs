using JasperFx.Events;

namespace Marten.Services;

/// <summary>What a unit of work stores.</summary>
public interface IChangeSet
{
    /// <summary>The new events.</summary>
    IEnumerable<IEvent> GetEvents();

    /// <summary>The new events by stream.</summary>
    IEnumerable<StreamAction> GetStreams();
}
