using Marketplace.Domain;

namespace Marketplace.Storage;

/// <summary>How a command ended.</summary>
/// <param name="State">The state after it; null when it was refused.</param>
/// <param name="Version">The stream's version after it: the number of its events.</param>
/// <param name="Position">The position of the stream's last event.</param>
/// <param name="Created">Whether it began the stream.</param>
/// <param name="Changed">Whether it recorded anything.</param>
/// <param name="Refusal">Why it was refused, or null.</param>
public sealed record Outcome<TState>(TState? State, long Version, long Position, bool Created, bool Changed, Refusal? Refusal = null)
    where TState : class
{
    /// <summary>The command was refused and changed nothing.</summary>
    public static Outcome<TState> Refused(Refusal refusal) => new(null, 0, 0, false, false, refusal);
}
