using JasperFx.Events.Projections;
using Marketplace.Catalog;
using Marketplace.Offers;
using Marketplace.Pricing;
using Marketplace.Reviews;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Hosting;

/// <summary>A read model: a projection of the log, when it is written, and the tables that a rebuild replaces.</summary>
/// <param name="Projection">The projection.</param>
/// <param name="Lifecycle">In the event's own transaction, or behind the log.</param>
/// <param name="Tables">The tables it owns.</param>
public sealed record ReadModel(IProjection Projection, ProjectionLifecycle Lifecycle, string[] Tables)
{
    /// <summary>Its name: the class's.</summary>
    public string Name => Projection.GetType().Name;

    /// <summary>How many events it is given at a time, or null for the event store's own number.</summary>
    public int? BatchSize { get; init; }
}

/// <summary>The program's read models, one line each.</summary>
public static class ReadModels
{
    /// <summary>All of them. Projections remember nothing between batches, so one instance serves every host of the process.</summary>
    public static IReadOnlyList<ReadModel> All { get; } =
    [
        new(new Products(), ProjectionLifecycle.Inline, Products.Tables),
        new(new CurrentOffers(), ProjectionLifecycle.Inline, CurrentOffers.Tables),
        new(new CurrentReviews(), ProjectionLifecycle.Inline, CurrentReviews.Tables),
        new(new ReviewHistory(), ProjectionLifecycle.Async, ReviewHistory.Tables),
        new(new PriceHistory(), ProjectionLifecycle.Async, PriceHistory.Tables) { BatchSize = PriceHistory.BatchSize },
    ];

    /// <summary>Tells the event store of them.</summary>
    public static void AddTo(StoreOptions store)
    {
        foreach (var model in All)
        {
            store.Projections.Add(model.Projection, model.Lifecycle, asyncConfiguration: options =>
            {
                foreach (var table in model.Tables) options.DeleteDataInTableOnTeardown(table);
                if (model.BatchSize is { } size) (options.BatchSize, options.MaximumHopperSize) = (size, 2 * size);
            });
        }
    }
}
