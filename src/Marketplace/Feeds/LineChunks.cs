using System.Buffers;
using Marketplace.Feeds.Lines;

namespace Marketplace.Feeds;

/// <summary>
/// Cuts an upload into lines and gathers these into chunks, however the bytes arrive. Memory is bounded by one chunk and one line. The last
/// line may lack its line feed. Lines are bytes: whether they are text, and say something, is another question.
/// </summary>
public sealed class LineChunks
{
    /// <summary>How many bytes a chunk has at the most, unless that is a single line.</summary>
    public const int ChunkBytes = 64 * 1024;

    // Of a line that is too long so much is kept that it can be told from one that is not.
    private const int Kept = FeedLineReader.MaxBytes + 1;

    private readonly Queue<FeedChunk> _ready = new();
    private readonly ArrayBufferWriter<byte> _chunk = new(ChunkBytes);
    private readonly byte[] _line = new byte[Kept];
    private int _lineLength;
    private bool _isInLine;
    private int _chunkFirstLine = 1;

    /// <summary>How many lines have ended so far.</summary>
    public int Lines { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            Extend(end < 0 ? bytes : bytes[..end]);
            if (end < 0) return;
            EndLine();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Says that nothing comes any more.</summary>
    public void End()
    {
        if (_isInLine) EndLine();
        EndChunk();
    }

    /// <summary>The next chunk that is full, or the last one.</summary>
    public bool TryTake(out FeedChunk? chunk) => _ready.TryDequeue(out chunk);

    private void Extend(ReadOnlySpan<byte> part)
    {
        _isInLine = true;
        var fits = Math.Min(part.Length, Kept - _lineLength);
        part[..fits].CopyTo(_line.AsSpan(_lineLength));
        _lineLength += fits;
    }

    private void EndLine()
    {
        var line = _line.AsSpan(0, _lineLength);
        if (_chunk.WrittenCount > 0 && _chunk.WrittenCount + line.Length + 1 > ChunkBytes) EndChunk();
        _chunk.Write(line);
        _chunk.Write("\n"u8);
        Lines++;
        (_lineLength, _isInLine) = (0, false);
    }

    private void EndChunk()
    {
        if (_chunk.WrittenCount == 0) return;
        _ready.Enqueue(new FeedChunk(_chunkFirstLine, Lines, _chunk.WrittenSpan.ToArray()));
        _chunkFirstLine = Lines + 1;
        _chunk.ResetWrittenCount();
    }
}
