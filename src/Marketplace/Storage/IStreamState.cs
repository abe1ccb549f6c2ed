using JasperFx.Events;

namespace Marketplace.Storage;

/// <summary>The immutable state a stream's events fold into, on which its commands are decided.</summary>
/// <typeparam name="TSelf">The state itself.</typeparam>
public interface IStreamState<TSelf> where TSelf : class, IStreamState<TSelf>
{
    /// <summary>The effective time of the last event, UTC. Within a stream it never goes back.</summary>
    DateTimeOffset EffectiveAt { get; }

    /// <summary>The state after one more event.</summary>
    /// <remarks>Not called Evolve: the package's generator takes over every aggregate with a public method of that name.</remarks>
    /// <exception cref="InvalidOperationException">The event does not belong to this stream: the log is damaged, and nothing is skipped.</exception>
    static abstract TSelf Fold(TSelf? state, IEvent e);
}
