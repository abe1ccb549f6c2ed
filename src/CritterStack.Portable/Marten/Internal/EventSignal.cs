namespace Marten.Internal;

/// <summary>Wakes those in this process who wait for new events.</summary>
internal sealed class EventSignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes with the next commit. To miss none, take it before looking at the log.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Events were committed.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
