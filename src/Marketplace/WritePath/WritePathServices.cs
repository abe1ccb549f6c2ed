using Marketplace.Storage;

namespace Marketplace.WritePath;

/// <summary>What the write path needs registered.</summary>
public static class WritePathServices
{
    /// <summary>Registers the write path. It stops after those who use it: after the server, and the workers registered later.</summary>
    public static void AddWritePath(this IServiceCollection services)
    {
        services.AddSingleton<Latest>().AddSingleton<StreamTurns>().AddSingleton<GroupCommit>().AddSingleton<NewEvents>();
        services.AddSingleton(typeof(StreamStates<>)).AddSingleton(typeof(IStateSource<>), typeof(FoldedStates<>));
        services.AddSingleton<CommitLanes>().AddHostedService(provider => provider.GetRequiredService<CommitLanes>());
        services.AddSingleton<CommandHandler>();
    }
}
