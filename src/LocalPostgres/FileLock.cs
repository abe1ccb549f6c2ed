namespace LocalPostgres;

/// <summary>
/// A lock between processes on an open file: flock on Unix, the sharing mode on Windows. The operating system releases it when
/// its holder ends in whatever way, and a program that the holder starts does not inherit it.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Joins the holders of a file that nobody holds alone; null when somebody does.</summary>
    public static FileLock? TryShared(string path) => TryOpen(path, FileAccess.Read, FileShare.Read);

    /// <summary>Takes a file for this holder alone; null when anybody else holds it.</summary>
    public static FileLock? TryExclusive(string path) => TryOpen(path, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Takes a file for this holder alone, waiting for the others; null when the limit is over.</summary>
    public static async Task<FileLock?> TryExclusiveAsync(string path, TimeSpan limit, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        try
        {
            while (true)
            {
                if (TryExclusive(path) is { } taken)
                    return taken;
                await Task.Delay(Pause, timeout.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Takes a file for this holder alone, waiting for the others.</summary>
    /// <exception cref="LocalPostgresException">The limit is over.</exception>
    public static async Task<FileLock> ExclusiveAsync(string path, TimeSpan limit, CancellationToken cancellation) =>
        await TryExclusiveAsync(path, limit, cancellation)
        ?? throw new LocalPostgresException(
            $"Another process has been starting or stopping this cluster for more than {limit.TotalSeconds:0} seconds (it holds {path}).");

    public void Dispose() => _file.Dispose();

    private static FileLock? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, access, share, bufferSize: 0));
        }
        catch (IOException error) when (IsHeldByAnother(error))
        {
            return null;
        }
    }

    // EWOULDBLOCK of Linux and of the BSDs, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeldByAnother(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
