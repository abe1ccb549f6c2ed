using JasperFx.Events.Projections;
using Marketplace.Catalog;
using Marketplace.Offers;
using Marketplace.Pricing;
using Marketplace.Reviews;
using Marketplace.Storage.Rebuilding;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Hosting;

/// <summary>A read model: a projection of the log, when it is written, and the tables that a rebuild replaces.</summary>
/// <param name="Name">Its name: the projection's class.</param>
/// <param name="Create">Makes the projection; every host has its own, for one may remember what is in the tables.</param>
/// <param name="Lifecycle">In the event's own transaction, or behind the log.</param>
/// <param name="Tables">The tables it owns.</param>
public sealed record ReadModel(string Name, Func<IProjection> Create, ProjectionLifecycle Lifecycle, string[] Tables)
{
    /// <summary>The read model that a projection writes.</summary>
    public static ReadModel Of<TProjection>(ProjectionLifecycle lifecycle, string[] tables)
        where TProjection : IProjection, new() => new(typeof(TProjection).Name, () => new TProjection(), lifecycle, tables);

    /// <summary>How many events it is given at a time, or null for the event store's own number.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The event types it reads; the event store spares itself the others where it reads the log.</summary>
    public IReadOnlyList<Type> Events { get; init; } = [];

    /// <summary>The event store's name for how far it is, when it follows behind the log.</summary>
    public string ProgressName => new ShardName(Name).Identity;

    /// <summary>What a rebuild of it replaces.</summary>
    public RebuildTarget ToRebuild() => new(Name, Create(), Tables, Events, Lifecycle == ProjectionLifecycle.Inline);
}

/// <summary>The program's read models, one line each.</summary>
public static class ReadModels
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReadModel> All { get; } =
    [
        ReadModel.Of<Products>(ProjectionLifecycle.Inline, Products.Tables) with { Events = [typeof(ProductListed), typeof(ProductRevised)] },
        ReadModel.Of<CurrentOffers>(ProjectionLifecycle.Inline, CurrentOffers.Tables) with { Events = Every<IOfferEvent>() },
        ReadModel.Of<CurrentReviews>(ProjectionLifecycle.Inline, CurrentReviews.Tables) with { Events = Every<IReviewEvent>() },
        ReadModel.Of<ReviewHistory>(ProjectionLifecycle.Async, ReviewHistory.Tables) with { Events = Every<IReviewEvent>() },
        ReadModel.Of<PriceHistory>(ProjectionLifecycle.Async, PriceHistory.Tables) with { Events = Every<IOfferEvent>(), BatchSize = PriceHistory.BatchSize },
    ];

    /// <summary>Tells the event store of them.</summary>
    public static void AddTo(StoreOptions store)
    {
        foreach (var model in All)
        {
            if (model.Lifecycle != ProjectionLifecycle.Async)
            {
                store.Projections.Add(model.Create(), model.Lifecycle);
                continue;
            }
            var guarded = new GuardedProjection(model.Name, model.Create(), model.Tables[0], model.Events);
            store.Projections.Add(guarded, model.Lifecycle, asyncConfiguration: options =>
            {
                if (model.BatchSize is { } size) (options.BatchSize, options.MaximumHopperSize) = (size, 2 * size);
            });
        }
        // A shard whose tables were replaced under a batch starts again after this long, not after twice five seconds.
        (store.Projections.LeadershipPollingTime, store.Projections.HealthCheckPollingTime) = (1_000, TimeSpan.FromSeconds(1));
    }

    private static Type[] Every<TEvent>() => [.. typeof(TEvent).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(TEvent)))];
}
