using Marketplace.Feeds.Lines;
using Marketplace.Limits;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>What feeds need registered.</summary>
public static class FeedServices
{
    /// <summary>Registers taking in and reading of feeds.</summary>
    public static void AddFeeds(this IServiceCollection services)
    {
        services.AddSingleton<FeedQueue>().AddSingleton<UploadSlots>().AddSingleton<FeedUploads>().AddSingleton<FeedQueries>();
        services.AddSingleton<FeedLineReader>();
    }

    /// <summary>Registers the workers that apply them; a command of the program has none.</summary>
    public static void AddFeedWorkers(this IServiceCollection services)
    {
        services.AddSingleton<FeedRuns>().AddSingleton<FeedMetrics>().AddSingleton<FeedSweeper>();
        services.AddSingleton<Func<FeedWorker>>(provider => () => new FeedWorker(provider.GetRequiredService<FeedQueue>(),
            provider.GetRequiredService<FeedRuns>(), provider.GetRequiredService<LimitSettings>(), provider.GetRequiredService<FeedMetrics>(),
            provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FeedWorker>>()));
        services.AddHostedService<FeedWorkers>();
    }
}
