using System.Reflection;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten.Internal;

namespace Marten.Events.Aggregation;

/// <summary>The fold of one stream into a <typeparamref name="TDoc"/>; override <see cref="Evolve"/>.</summary>
/// <typeparam name="TDoc">the state</typeparam>
/// <typeparam name="TId">type of the stream's key; the portable store knows string only</typeparam>
public class SingleStreamProjection<TDoc, TId>
    : ProjectionBase, IProjectionSource<IDocumentOperations, IQuerySession>, ILiveAggregator<TDoc>
    where TDoc : notnull
    where TId : notnull
{
    private static readonly Action<TDoc, TId>? SetId = IdSetter();

    Type ILiveAggregator.AggregateType => typeof(TId) == typeof(string)
        ? typeof(TDoc)
        : throw new NotSupportedException($"{GetType()}: the portable store knows string keys only");

    /// <summary>The state after one more event; null when the stream is no more.</summary>
    /// <param name="snapshot">state so far; null before the first event</param>
    /// <param name="id">key of the stream</param>
    /// <param name="e">the event</param>
    public virtual TDoc? Evolve(TDoc? snapshot, TId id, IEvent e) =>
        throw new NotSupportedException($"{GetType()} does not override {nameof(Evolve)}: the portable store knows no conventions");

    TDoc? ILiveAggregator<TDoc>.Fold(TDoc? state, string key, IReadOnlyList<IEvent> events)
    {
        var id = (TId)(object)key;
        foreach (var e in events)
        {
            state = Evolve(state, id, e);
        }

        // Marten gives a folded document its identity, whether or not the fold did.
        if (state is not null && SetId is not null)
        {
            SetId(state, id);
        }

        return state;
    }

    private static Action<TDoc, TId>? IdSetter() =>
        typeof(TDoc).IsClass
            && typeof(TDoc).GetProperty("Id", BindingFlags.Public | BindingFlags.Instance) is { SetMethod: { } setter } property
            && property.PropertyType == typeof(TId)
            ? setter.CreateDelegate<Action<TDoc, TId>>()
            : null;
}
