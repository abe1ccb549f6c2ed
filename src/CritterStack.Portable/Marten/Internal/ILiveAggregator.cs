using JasperFx.Events;

namespace Marten.Internal;

/// <summary>A fold of a stream into some aggregate.</summary>
internal interface ILiveAggregator
{
    Type AggregateType { get; }
}

/// <summary>A fold of a stream into a <typeparamref name="T"/>.</summary>
internal interface ILiveAggregator<T> : ILiveAggregator
    where T : notnull
{
    T? Fold(T? state, string key, IReadOnlyList<IEvent> events);
}
