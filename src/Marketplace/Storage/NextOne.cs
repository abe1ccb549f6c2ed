namespace Marketplace.Storage;

/// <summary>
/// Work that many want done at the same time, done once for all who were there before it began. Who comes while it is under way waits for the
/// next one, together with everybody else who comes meanwhile; while nobody waits, nothing is done. It never runs twice at once.
/// </summary>
/// <param name="run">The work. What it throws, all who waited for this one get; the next is tried anew.</param>
public sealed class NextOne<T>(Func<Task<T>> run)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<T>? _next;
    private bool _isRunning;

    /// <summary>The outcome of the first run that begins after this call. It cannot be given up: who no longer wants it stops waiting.</summary>
    public Task<T> OutcomeAsync()
    {
        TaskCompletionSource<T> mine;
        lock (_gate)
        {
            mine = _next ??= new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_isRunning) return mine.Task;
            (_isRunning, _next) = (true, null);
        }
        // It goes on for others when the one who began it is long gone, so nothing of that request goes along.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = RunAsync(mine);
            return mine.Task;
        }
        using (ExecutionContext.SuppressFlow()) _ = RunAsync(mine);
        return mine.Task;
    }

    private async Task RunAsync(TaskCompletionSource<T> waiting)
    {
        while (true)
        {
            try
            {
                waiting.SetResult(await run());
            }
            catch (Exception e)
            {
                waiting.SetException(e);
                // Everyone may have stopped waiting by now.
                _ = waiting.Task.Exception;
            }
            lock (_gate)
            {
                if (_next is null)
                {
                    _isRunning = false;
                    return;
                }
                (waiting, _next) = (_next, null);
            }
        }
    }
}
