using JasperFx.Events.Projections;
using JasperFx.Events.Subscriptions;
using Marten.Events.Projections;
using Marten.Subscriptions;

namespace Marten.Internal;

/// <summary>A projection as it was registered.</summary>
internal sealed record ProjectionRegistration(string Name, IProjection Projection, AsyncOptions Options);

/// <summary>A subscription as it was registered.</summary>
internal sealed class SubscriptionRegistration(ISubscription subscription) : ISubscriptionOptions
{
    public ISubscription Subscription { get; } = subscription;

    public string Name { get; set; } = subscription.GetType().Name;

    public AsyncOptions Options { get; } = new();
}
