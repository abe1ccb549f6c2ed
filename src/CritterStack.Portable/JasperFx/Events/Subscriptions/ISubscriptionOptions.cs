using JasperFx.Events.Projections;

namespace JasperFx.Events.Subscriptions;

/// <summary>How a subscription is registered.</summary>
public interface ISubscriptionOptions
{
    /// <summary>Name of the subscription; its progress is kept as "name:All".</summary>
    string Name { get; set; }

    /// <summary>How it is run.</summary>
    AsyncOptions Options { get; }
}
