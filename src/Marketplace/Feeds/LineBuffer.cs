using Marketplace.Feeds.Lines;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>
/// The next lines of a feed, read and parsed. While a slice is being committed the lines after it are read, on the worker's own connection:
/// what a line says depends on nothing but the upload.
/// </summary>
/// <param name="connection">The session that has claimed the seller.</param>
/// <param name="reader">Reads a line.</param>
/// <param name="job">The feed as the buffer finds it.</param>
public sealed class LineBuffer(NpgsqlConnection connection, FeedLineReader reader, FeedJob job) : IAsyncDisposable
{
    private readonly Queue<FeedLine> _lines = [];
    private Task _reading = Task.CompletedTask;
    private int _read = job.Applied;

    /// <summary>Begins to read, so that so many lines are there soon.</summary>
    public void ReadAhead(int count, CancellationToken ct) => _reading = FillAsync(_reading, count, ct);

    /// <summary>The next lines, at most so many. They stay in the buffer.</summary>
    /// <exception cref="FeedMovedOnException">Somebody has applied the lines, or cancelled the feed.</exception>
    /// <exception cref="InvalidDataException">The next line is not there: the feed's rows are damaged.</exception>
    public async Task<IReadOnlyList<FeedLine>> PeekAsync(int count, CancellationToken ct)
    {
        ReadAhead(count, ct);
        try
        {
            await _reading;
        }
        finally
        {
            _reading = Task.CompletedTask;
        }
        return [.. _lines.Take(count)];
    }

    /// <summary>Takes lines out that have been applied, once no others are being put in; one that could not be read is passed over.</summary>
    public async ValueTask RemoveAsync(int count)
    {
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (; count > 0; count--)
            if (!_lines.TryDequeue(out _)) _read++;
    }

    /// <summary>Waits for what is being read: the connection is free again.</summary>
    public async ValueTask DisposeAsync() => await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task FillAsync(Task before, int count, CancellationToken ct)
    {
        await before;
        while (_lines.Count < count && _read < job.Lines)
        {
            foreach (var line in await FeedLinesReads.NextLinesAsync(connection, job.FeedId, _read, ct))
            {
                _lines.Enqueue(reader.Read(line.Span));
                _read++;
            }
        }
    }
}
