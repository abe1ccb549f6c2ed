using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;

namespace Marten.Subscriptions;

/// <summary>Follows the log page by page, in the background.</summary>
public interface ISubscription
{
    /// <summary>Deals with a page; what is queued is committed together with the progress.</summary>
    Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken);
}
