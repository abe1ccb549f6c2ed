namespace Marketplace.WritePath;

/// <summary>Somebody outside this instance held a lock for longer than a unit waits. Nothing was stored.</summary>
public sealed class LockNotAvailableException(Exception inner) : Exception("A lock was not available in time.", inner);
