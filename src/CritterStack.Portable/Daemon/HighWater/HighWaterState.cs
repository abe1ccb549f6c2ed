namespace Marten.Events.Daemon.HighWater;

/// <summary>What one look at the log beyond the mark has shown; all of it from one statement, so from one snapshot.</summary>
/// <param name="OldestRunning">the look's pg_snapshot_xmin: every transaction with a lower number has ended</param>
/// <param name="Contiguous">last sequence reached from the mark without a gap; the mark itself when there is none</param>
/// <param name="Last">highest sequence seen, within the window</param>
/// <param name="Full">whether the window ended the look, so that there may be more</param>
internal sealed record HighWaterLook(ulong OldestRunning, long Contiguous, long Last, bool Full)
{
    /// <summary>Whether a sequence number is missing below one that is there.</summary>
    public bool HasGap => Last > Contiguous;
}

/// <summary>
/// What makes the gaps below <paramref name="Ceiling"/> decidable: a transaction number handed out after the look that saw
/// them. Whoever could fill them had drawn its sequence number, and so had its transaction number, before that look; its
/// number is lower. (The look's own pg_snapshot_xmax will not do: it is one above the newest transaction that has ended,
/// and a writer may be running above it.)
/// </summary>
/// <param name="Xid">every writer of a gap has a lower transaction number</param>
/// <param name="Ceiling">highest sequence that the look had seen</param>
/// <param name="Since">timestamp of <see cref="TimeProvider"/> at which the fence was taken</param>
internal sealed record GapFence(ulong Xid, long Ceiling, long Since);

/// <summary>What the detector does next.</summary>
internal enum HighWaterStep
{
    /// <summary>Nothing more to see.</summary>
    Rest,

    /// <summary>There may be more at once.</summary>
    LookAgain,

    /// <summary>A gap is undecided.</summary>
    Wait,

    /// <summary>Something is missing that a commit of this process is likely to bring: no look was taken.</summary>
    AwaitCommit,

    /// <summary>A gap has lasted: take a fence, which costs a transaction number.</summary>
    TakeFence,

    /// <summary>Everybody who could fill the gaps below the fence has ended.</summary>
    PassGaps,
}

/// <summary>How far the log is decided, and what is known of the first gap beyond.</summary>
/// <param name="Mark">every sequence up to here is an event that can be read or will never be one</param>
/// <param name="GapSeen">whether the last look saw a gap directly behind the mark</param>
/// <param name="Fence">evidence being waited for</param>
internal sealed record HighWaterState(long Mark, bool GapSeen = false, GapFence? Fence = null)
{
    /// <summary>The state after a look, and what to do next. Time plays no part.</summary>
    public (HighWaterState State, HighWaterStep Step) After(HighWaterLook look)
    {
        if (!look.HasGap)
            return (new HighWaterState(look.Contiguous), look.Full ? HighWaterStep.LookAgain : HighWaterStep.Rest);
        if (Fence is { } fence && look.Contiguous < fence.Ceiling)
            return (this with { Mark = look.Contiguous }, look.OldestRunning >= fence.Xid ? HighWaterStep.PassGaps : HighWaterStep.Wait);
        var lasting = GapSeen && look.Contiguous == Mark;
        return (new HighWaterState(look.Contiguous, GapSeen: true), lasting ? HighWaterStep.TakeFence : HighWaterStep.Wait);
    }

    /// <summary>The state once the log is known to be without a gap from the mark to here.</summary>
    public HighWaterState Through(long mark) => Fence is { } fence && mark < fence.Ceiling ? this with { Mark = mark } : new(mark);

    /// <summary>The state once the gaps below the fence have been recorded as passed.</summary>
    public HighWaterState Passed() => new(Fence!.Ceiling);
}
