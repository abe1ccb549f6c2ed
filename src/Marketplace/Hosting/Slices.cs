using Marketplace.Audit;
using Marketplace.Catalog;
using Marketplace.Feeds;
using Marketplace.Offers;
using Marketplace.Operations;
using Marketplace.Operations.Metrics;
using Marketplace.Pricing;
using Marketplace.Reviews;
using Marketplace.Storage;
using Marketplace.Telemetry;
using Marketplace.Web;
using Marketplace.WritePath;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

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
        services.AddSingleton<OfferQueries>().AddSingleton<IStateSource<Offer>, OfferStates>();
        services.AddSingleton<LowestPriceQueries>().AddSingleton(NewCurrentPrices);
        services.AddSingleton<IFollowsLog>(provider => provider.GetRequiredService<CurrentPrices>());
        services.AddSingleton<ReviewQueries>().AddSingleton<ReviewHistoryQueries>();
        services.AddSingleton<ProgramMetrics>().AddSingleton<MetricsCollector>().AddSingleton<ProjectionGauges>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsCollector>());
        services.AddSingleton<ProjectionProgress>().AddSingleton<Rebuilds>().AddSingleton<Readiness>();
        services.AddSingleton<PriceHistoryQueries>();
        services.AddSingleton<PastLadder>();
        services.AddPages();
        services.AddFeeds();
    }

    private static CurrentPrices NewCurrentPrices(IServiceProvider provider)
    {
        var (queries, json) = (provider.GetRequiredService<LowestPriceQueries>(), provider.GetRequiredService<IOptions<JsonOptions>>());
        return new CurrentPrices(new PriceLoads(productIds => queries.ReadyAsync(productIds, json.Value.SerializerOptions)).ReadAsync);
    }
}
