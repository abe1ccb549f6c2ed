namespace Marten.Events.Daemon;

/// <summary>Every wait and size of the asynchronous daemon, in one place.</summary>
internal static class DaemonLimits
{
    /// <summary>Events looked at in one look for the high water mark.</summary>
    public const int LookWindow = 10_000;

    /// <summary>Events in one page of a rebuild: large, since a page costs a transaction and nobody waits for it.</summary>
    public const int RebuildPage = 10_000;

    /// <summary>Most events kept for the shards that have yet to deal with them.</summary>
    public const int RecentEvents = 10_000;

    /// <summary>Most attempts at swapping rebuilt tables in before the rebuild gives up: about two minutes.</summary>
    public const int SwapAttempts = 120;

    /// <summary>Longest wait for a signal that there are new events; the backstop when a notification got lost.</summary>
    public static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(500);

    /// <summary>Least time between two looks under load, so that a busy log is read in pages and not event by event.</summary>
    public static readonly TimeSpan LookPace = TimeSpan.FromMilliseconds(15);

    /// <summary>Longest rest of a shard between two pages that were not full: with it projections stay well within 100 ms behind the log.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(40);

    /// <summary>
    /// How long something may be missing before what this process has committed until the log is looked at: usually it is a number that another
    /// of its commits, still under way, has drawn.
    /// </summary>
    public static readonly TimeSpan GapPatience = TimeSpan.FromMilliseconds(50);

    /// <summary>First wait before looking again at a gap; doubles up to <see cref="IdlePoll"/>.</summary>
    public static readonly TimeSpan GapPoll = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a gap may hold the mark before that is logged and reported as degraded.</summary>
    public static readonly TimeSpan GapWarning = TimeSpan.FromSeconds(10);

    /// <summary>Least time between two writings of the mark under load; nobody but monitors reads the row.</summary>
    public static readonly TimeSpan MarkPace = TimeSpan.FromMilliseconds(100);

    /// <summary>How often an idle shard reads its progress again, in case an operator has changed the row.</summary>
    public static readonly TimeSpan ProgressReload = TimeSpan.FromSeconds(2);

    /// <summary>First wait after a failure; doubles up to <see cref="LongestRetry"/>.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between two attempts of a stopped projection.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait between two attempts at an unreachable database.</summary>
    public static readonly TimeSpan LongestReconnect = TimeSpan.FromSeconds(2);

    /// <summary>How often a process that does not lead asks for the leader's lock.</summary>
    public static readonly TimeSpan LeaderPoll = TimeSpan.FromSeconds(1);

    /// <summary>How often the leader asks its connection whether it still lives; a closed one is noticed at once anyway.</summary>
    public static readonly TimeSpan LeaderPing = TimeSpan.FromSeconds(5);

    /// <summary>Longest answer to that question, after which the leader counts its lock as lost.</summary>
    public static readonly TimeSpan LeaderPingTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the swap of rebuilt tables queues for its locks. Under PostgreSQL's deadlock_timeout (1 s), so that in a
    /// deadlock the rebuild steps back before anybody else is chosen as the victim.
    /// </summary>
    public static readonly TimeSpan SwapLockTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a rebuild says how far it is.</summary>
    public static readonly TimeSpan RebuildReport = TimeSpan.FromSeconds(10);

    /// <summary>Pause before the swap is attempted again.</summary>
    public static readonly TimeSpan SwapPause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The wait after <paramref name="failures"/> failures in a row: doubling from <paramref name="first"/>, at most
    /// <paramref name="longest"/>.
    /// </summary>
    public static TimeSpan BackOff(int failures, TimeSpan first, TimeSpan longest)
    {
        var wait = first * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return wait < longest ? wait : longest;
    }
}
