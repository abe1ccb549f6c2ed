using JasperFx.Events;
using Marketplace.Storage;
using Marten;

namespace Marketplace.WritePath;

/// <summary>Makes events of facts: each says of itself who, when and why, whatever else shares its transaction.</summary>
public sealed class NewEvents(IDocumentStore store)
{
    private readonly IEventRegistry _registry = ((DocumentStore)store).Events;

    /// <summary>An event that is not stored yet.</summary>
    public IEvent Of(object fact, Intent intent)
    {
        var e = _registry.BuildEvent(fact);
        EventFacts.Describe(e, intent, intent.EffectiveAt is { } asked ? EffectiveTime.Microseconds(asked) : null);
        return e;
    }
}
