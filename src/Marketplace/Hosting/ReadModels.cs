using JasperFx.Events.Projections;
using Marketplace.Catalog;
using Marketplace.Offers;
using Marketplace.Pricing;
using Marketplace.Reviews;
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
}

/// <summary>The program's read models, one line each.</summary>
public static class ReadModels
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReadModel> All { get; } =
    [
        ReadModel.Of<Products>(ProjectionLifecycle.Inline, Products.Tables),
        ReadModel.Of<CurrentOffers>(ProjectionLifecycle.Inline, CurrentOffers.Tables),
        ReadModel.Of<CurrentReviews>(ProjectionLifecycle.Inline, CurrentReviews.Tables),
        ReadModel.Of<ReviewHistory>(ProjectionLifecycle.Async, ReviewHistory.Tables),
        ReadModel.Of<PriceHistory>(ProjectionLifecycle.Async, PriceHistory.Tables) with { BatchSize = PriceHistory.BatchSize },
    ];

    /// <summary>Tells the event store of them.</summary>
    public static void AddTo(StoreOptions store)
    {
        foreach (var model in All)
        {
            store.Projections.Add(model.Create(), model.Lifecycle, asyncConfiguration: options =>
            {
                foreach (var table in model.Tables) options.DeleteDataInTableOnTeardown(table);
                if (model.BatchSize is { } size) (options.BatchSize, options.MaximumHopperSize) = (size, 2 * size);
            });
        }
    }
}
