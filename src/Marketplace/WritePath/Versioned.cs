namespace Marketplace.WritePath;

/// <summary>A stream's state and its version.</summary>
/// <param name="State">The state; null while the stream has no event.</param>
/// <param name="Version">The number of its events.</param>
public readonly record struct Versioned<TState>(TState? State, long Version) where TState : class;
