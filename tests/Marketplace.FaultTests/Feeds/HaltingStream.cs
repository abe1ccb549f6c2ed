namespace Marketplace.FaultTests.Feeds;

/// <summary>A body that stops in its middle until it is told to go on, so that something may happen meanwhile.</summary>
public sealed class HaltingStream(byte[] content, int at) : MemoryStream(content)
{
    private readonly TaskCompletionSource _halted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _at = Math.Min(at, content.Length / 2);

    /// <summary>Completes when everything up to the middle has been handed over.</summary>
    public Task Halted => _halted.Task;

    /// <summary>Goes on.</summary>
    public void GoOn() => _goesOn.TrySetResult();

    // Its length is not told, so that it is sent as it comes.
    public override bool CanSeek => false;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position == _at)
        {
            _halted.TrySetResult();
            await _goesOn.Task.WaitAsync(cancellationToken);
        }
        var most = Position < _at ? Math.Min(buffer.Length, _at - (int)Position) : buffer.Length;
        return await base.ReadAsync(buffer[..most], cancellationToken);
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        var buffer = new byte[bufferSize];
        int read;
        while ((read = await ReadAsync(buffer.AsMemory(), cancellationToken)) > 0)
        {
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await destination.FlushAsync(cancellationToken);
        }
    }
}
