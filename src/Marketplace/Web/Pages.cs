using Marketplace.Pricing;

namespace Marketplace.Web;

/// <summary>What the pages need registered.</summary>
public static class Pages
{
    /// <summary>Registers what gathers the pages' contents.</summary>
    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton<LatestSteps>();
        services.AddSingleton<PageReads>();
        services.AddSingleton<PastProducts>();
        services.AddSingleton<ProductsSource>();
        services.AddSingleton<ProductSource>();
        services.AddSingleton<ReviewsSource>();
        services.AddSingleton<HistorySource>();
    }
}
