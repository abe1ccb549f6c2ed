using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using JasperFx.Events.Subscriptions;
using Marten.Internal;
using Marten.Subscriptions;

namespace Marten.Events.Projections;

/// <summary>The store's projections and subscriptions.</summary>
public class ProjectionOptions
{
    private readonly List<ProjectionRegistration> _inline = [];
    private readonly List<ProjectionRegistration> _async = [];
    private readonly List<SubscriptionRegistration> _subscriptions = [];
    private readonly Dictionary<Type, object> _aggregators = [];

    internal ProjectionOptions()
    {
    }

    /// <summary>What projections do with events they fail on.</summary>
    public ErrorHandlingOptions Errors { get; } = new();

    /// <summary>Who runs the asynchronous projections.</summary>
    public DaemonMode AsyncMode { get; set; } = DaemonMode.Disabled;

    internal IReadOnlyList<ProjectionRegistration> Inline => _inline;

    internal IReadOnlyList<ProjectionRegistration> Async => _async;

    internal IReadOnlyList<SubscriptionRegistration> Subscriptions => _subscriptions;

    /// <summary>Registers a projection written by hand, named after its class or <paramref name="projectionName"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lifecycle"/> is <see cref="ProjectionLifecycle.Live"/></exception>
    public void Add(
        IProjection projection,
        ProjectionLifecycle lifecycle,
        string? projectionName = null,
        Action<AsyncOptions>? asyncConfiguration = null)
    {
        if (lifecycle == ProjectionLifecycle.Live)
        {
            throw new ArgumentOutOfRangeException(nameof(lifecycle), "Live cannot be used for IProjection");
        }

        var own = projection as ProjectionBase;
        var options = own?.Options ?? new AsyncOptions();
        asyncConfiguration?.Invoke(options);
        var name = string.IsNullOrEmpty(projectionName) ? own?.Name ?? projection.GetType().Name : projectionName;
        AssertNewName(name);
        (lifecycle == ProjectionLifecycle.Inline ? _inline : _async).Add(new ProjectionRegistration(name, projection, options));
    }

    /// <summary>Registers the fold of a stream. The portable store folds on reading only.</summary>
    /// <exception cref="NotSupportedException">it is to be stored, or is no <c>SingleStreamProjection</c> over string keys</exception>
    public void Add(
        IProjectionSource<IDocumentOperations, IQuerySession> source,
        ProjectionLifecycle lifecycle,
        Action<AsyncOptions>? asyncConfiguration = null)
    {
        if (source is not ILiveAggregator aggregator)
        {
            throw new NotSupportedException(
                $"{source.GetType()} is no SingleStreamProjection over string keys: the portable store knows no other fold");
        }

        if (lifecycle != ProjectionLifecycle.Live)
        {
            throw new NotSupportedException(
                $"{source.GetType()} is to be stored ({lifecycle}): the portable store keeps no documents. "
                + "Register it as Live and keep rows by an IProjection");
        }

        asyncConfiguration?.Invoke(source.Options);
        _aggregators[aggregator.AggregateType] = aggregator;
    }

    /// <summary>Registers a subscription, named after its class unless <paramref name="configure"/> says otherwise.</summary>
    public void Subscribe(ISubscription subscription, Action<ISubscriptionOptions>? configure = null)
    {
        var registration = new SubscriptionRegistration(subscription);
        configure?.Invoke(registration);
        AssertNewName(registration.Name);
        _subscriptions.Add(registration);
    }

    internal ILiveAggregator<T> AggregatorFor<T>()
        where T : class =>
        _aggregators.TryGetValue(typeof(T), out var aggregator)
            ? (ILiveAggregator<T>)aggregator
            : throw new NotSupportedException(
                $"No fold of {typeof(T)} is registered: add a SingleStreamProjection<{typeof(T).Name}, string> as Live");

    private void AssertNewName(string name)
    {
        if (_inline.Any(p => p.Name == name) || _async.Any(p => p.Name == name) || _subscriptions.Any(s => s.Name == name))
        {
            throw new InvalidOperationException($"Two projections or subscriptions are named '{name}'");
        }
    }
}
