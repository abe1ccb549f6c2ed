using System.Buffers.Text;
using System.Net.Sockets;

namespace Marketplace.Benchmarks.Load;

/// <summary>Reads answers off a connection, as little of them as is needed to know the status and where they end.</summary>
internal sealed class AnswerReader(Socket socket)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>What is left in the buffer of the last answer's head, for telling of an error.</summary>
    public string? Body { get; private set; }

    /// <summary>How many bytes the last answer had, head and body.</summary>
    public long Length { get; private set; }

    /// <summary>The status of the next answer, which has been read to its end.</summary>
    /// <exception cref="IOException">The connection ended, or what came is no HTTP answer this client understands.</exception>
    public async ValueTask<int> ReadAsync()
    {
        int head;
        while ((head = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync();
        var (status, length) = Parse(_buffer.AsSpan(_start, head + 2));
        _start += head + 4;
        Length = head + 4;
        Body = null;
        if (length >= 0)
            await SkipAsync(length, keeps: status >= 400);
        else
            await SkipChunksAsync(keeps: status >= 400);
        return status;
    }

    private static (int Status, int Length) Parse(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
            throw new IOException("This is no HTTP/1.1 answer.");
        // -1: in chunks. Without a body neither header is there.
        var length = 0;
        for (var rest = head[(head.IndexOf("\r\n"u8) + 2)..]; !rest.IsEmpty; rest = rest[(rest.IndexOf("\r\n"u8) + 2)..])
        {
            if (rest.StartsWith("Content-Length: "u8))
                _ = Utf8Parser.TryParse(rest[16..], out length, out _);
            else if (rest.StartsWith("Transfer-Encoding: chunked"u8))
                length = -1;
        }

        return (status, length);
    }

    private async ValueTask SkipChunksAsync(bool keeps)
    {
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
                await FillAsync();
            if (!Utf8Parser.TryParse(_buffer.AsSpan(_start, line), out int length, out _, 'x'))
                throw new IOException("This is no chunk.");
            _start += line + 2;
            Length += line + 2;
            await SkipAsync(length, keeps);
            await SkipAsync(2, keeps: false);
            if (length == 0)
                return;
        }
    }

    private async ValueTask SkipAsync(int length, bool keeps)
    {
        Length += length;
        while (length > 0)
        {
            if (_start == _end)
                await FillAsync();
            var step = Math.Min(length, _end - _start);
            if (keeps)
                Body += System.Text.Encoding.UTF8.GetString(_buffer, _start, Math.Min(step, 500));
            _start += step;
            length -= step;
        }
    }

    private async ValueTask FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            throw new IOException("The answer's head is too long.");
        var read = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None);
        if (read == 0)
            throw new IOException("The connection was closed.");
        _end += read;
    }
}
