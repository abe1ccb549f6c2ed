namespace Marten.Events.Daemon.HighWater;

/// <summary>The high water mark as this process's shards see it.</summary>
internal sealed class DecidedMark
{
    private long _current;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every sequence up to here is decided.</summary>
    public long Current => Volatile.Read(ref _current);

    /// <summary>Tells everybody who waits.</summary>
    public void Set(long mark)
    {
        if (Interlocked.Exchange(ref _current, mark) != mark)
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>
    /// Returns when the mark lies beyond <paramref name="position"/>, or has changed, or after <paramref name="timeout"/>.
    /// </summary>
    public async Task WaitBeyondAsync(long position, TimeSpan timeout, CancellationToken token)
    {
        var changed = Volatile.Read(ref _changed).Task;
        if (Current <= position)
            await changed.WaitAsync(timeout, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        token.ThrowIfCancellationRequested();
    }
}
