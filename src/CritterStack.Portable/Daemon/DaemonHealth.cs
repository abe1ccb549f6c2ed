using System.Collections.Concurrent;

namespace Marten.Events.Daemon;

/// <summary>How the daemon of this process is doing. Written by its parts, read by the health check.</summary>
internal sealed class DaemonHealth
{
    private readonly ConcurrentDictionary<string, string> _stopped = new(StringComparer.Ordinal);
    private volatile string? _held;
    private volatile string? _down;
    private volatile bool _leads;

    /// <summary>Whether this process runs the projections, rather than another or none.</summary>
    public bool Leads => _leads;

    /// <summary>Why the daemon cannot work with its database; null while it can.</summary>
    public string? Down => _down;

    /// <summary>What holds the high water mark back; null while nothing has for long.</summary>
    public string? Held => _held;

    /// <summary>Shards that stand still, each with the event and the reason.</summary>
    public IReadOnlyDictionary<string, string> Stopped => _stopped;

    /// <summary>This process has become the daemon, or is no longer. Whoever leads next finds its own troubles.</summary>
    public void Lead(bool leads)
    {
        _leads = leads;
        _held = null;
        _stopped.Clear();
    }

    /// <summary>The database cannot be used.</summary>
    public void DatabaseDown(string reason) => _down = reason;

    /// <summary>The database answers.</summary>
    public void DatabaseUp() => _down = null;

    /// <summary>The mark is held, or with null no longer.</summary>
    public void MarkHeld(string? reason) => _held = reason;

    /// <summary>A shard stands still.</summary>
    public void ShardStopped(string shard, string reason) => _stopped[shard] = reason;

    /// <summary>A shard moves again.</summary>
    public void ShardRuns(string shard) => _stopped.TryRemove(shard, out _);
}
