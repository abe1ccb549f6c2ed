using JasperFx.Events;
using Marten.Events.Projections;

namespace Marten.Internal;

/// <summary>Applies the projections that are kept in the transaction of the events.</summary>
internal sealed class InlineProjections(ProjectionOptions options)
{
    public bool Any => options.Inline.Count > 0;

    /// <summary>Queues on the session what the projections make of the streams' new events, whose versions are known.</summary>
    public async Task ApplyAsync(DocumentSession session, IReadOnlyList<StreamAction> streams, CancellationToken token)
    {
        if (!Any)
        {
            return;
        }

        IReadOnlyList<IEvent> events = streams.Count == 1 ? streams[0].Events : streams.SelectMany(s => s.Events).ToArray();
        foreach (var registered in options.Inline)
        {
            await registered.Projection.ApplyAsync(session, events, token).ConfigureAwait(false);
        }
    }
}
