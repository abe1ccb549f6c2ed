using System.Globalization;

namespace Marketplace.Benchmarks.Processes;

/// <summary>Looks at a process's resident memory, from <c>/proc</c>, twenty times a second; 0 where there is none.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource _ended = new();
    private readonly int _processId;
    private readonly long _first;
    private long _most;

    public MemoryWatch(int processId)
    {
        _processId = processId;
        _first = _most = Look();
        _ = Task.Run(WatchAsync);
    }

    /// <summary>By how much the most that was seen exceeds what was there at first.</summary>
    public double GrowthMegabytes => (Interlocked.Read(ref _most) - _first) / 1024.0;

    /// <summary>The most that was seen.</summary>
    public double MostMegabytes => Interlocked.Read(ref _most) / 1024.0;

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(BetweenLooks);
            while (await timer.WaitForNextTickAsync(_ended.Token))
                Interlocked.Exchange(ref _most, Math.Max(_most, Look()));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Nobody watches any more.
        }
    }

    // In kilobytes, as /proc has it.
    private long Look()
    {
        try
        {
            var line = File.ReadLines($"/proc/{_processId}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return 0;
        }
    }
}
