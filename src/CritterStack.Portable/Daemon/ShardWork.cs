using JasperFx.Events.Projections;
using Marten.Internal;

namespace Marten.Events.Daemon;

/// <summary>What a projection or subscription has made of a page.</summary>
/// <param name="Ceiling">last sequence dealt with</param>
/// <param name="Listener">whom to tell about the commit</param>
/// <param name="Stop">why the shard wants to stop behind <paramref name="Ceiling"/>; null to go on</param>
internal sealed record PageOutcome(long Ceiling, IChangeListener? Listener = null, Exception? Stop = null);

/// <summary>A projection or subscription as the daemon runs it.</summary>
internal abstract class ShardWork(string name, AsyncOptions options)
{
    /// <summary>Name of the progress row, as "PricePoints:All".</summary>
    public ShardName Name { get; } = new(name);

    /// <summary>How it is to be run.</summary>
    public AsyncOptions Options { get; } = options;

    /// <summary>Queues what the page means in a session.</summary>
    public abstract Task<PageOutcome> ApplyAsync(DocumentSession session, EventPage page, CancellationToken token);

    /// <summary>Everything that a store has asked to be run in the background.</summary>
    public static IReadOnlyList<ShardWork> Of(StoreOptions options) =>
    [
        .. options.Projections.Async.Select(p => new ProjectionWork(p)),
        .. options.Projections.Subscriptions.Select(s => new SubscriptionWork(s, options.Projections.Errors)),
    ];
}

/// <summary>An asynchronous projection.</summary>
internal sealed class ProjectionWork(ProjectionRegistration registration) : ShardWork(registration.Name, registration.Options)
{
    /// <inheritdoc />
    public override async Task<PageOutcome> ApplyAsync(DocumentSession session, EventPage page, CancellationToken token)
    {
        await registration.Projection.ApplyAsync(session, page.Events, token).ConfigureAwait(false);
        return new PageOutcome(page.Ceiling);
    }
}
