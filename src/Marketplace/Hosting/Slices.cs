using Marketplace.Audit;
using Marketplace.Catalog;
using Marketplace.Feeds;
using Marketplace.Offers;
using Marketplace.Operations;
using Marketplace.Operations.Metrics;
using Marketplace.Pricing;
using Marketplace.Reviews;
using Marketplace.Telemetry;
using Marketplace.Web;

namespace Marketplace.Hosting;

/// <summary>What each slice needs registered, one line per slice.</summary>
public static class Slices
{
    /// <summary>Registers the slices' queries.</summary>
    public static void AddSlices(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<AuditLog>();
        services.AddSingleton<ProductQueries>();
        services.AddSingleton<OfferQueries>();
        services.AddSingleton<LowestPriceQueries>();
        services.AddSingleton<ReviewQueries>().AddSingleton<ReviewHistoryQueries>();
        services.AddSingleton<ProgramMetrics>().AddSingleton<MetricsCollector>().AddSingleton<ProjectionGauges>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsCollector>());
        services.AddSingleton<ProjectionProgress>().AddSingleton<Rebuilds>().AddSingleton<Readiness>();
        services.AddSingleton<PriceHistoryQueries>();
        services.AddSingleton<PastLadder>();
        services.AddPages();
        services.AddFeeds();
    }
}
