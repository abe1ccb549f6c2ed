using System.Net.Sockets;
using System.Text;

namespace Marketplace.HttpTests.Limits;

/// <summary>A connection on which bytes are sent as they are, as no HTTP client would.</summary>
public sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawConnection(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    /// <summary>What a raw answer says.</summary>
    /// <param name="Status">The status; 0 when the connection was closed without an answer.</param>
    /// <param name="Head">The status line and headers.</param>
    /// <param name="Body">What came behind them.</param>
    public sealed record Answer(int Status, string Head, string Body)
    {
        public string Text => Head + Body;
    }

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        return new RawConnection(client);
    }

    /// <summary>Sends all of it, reads until the server closes, and says what it answered.</summary>
    public static async Task<Answer> AskAsync(Uri address, string request)
    {
        await using var connection = await OpenAsync(address);
        try
        {
            await connection.SendAsync(request);
        }
        catch (IOException)
        {
            // Who refuses early may close before everything was sent.
        }
        return await connection.ReadToEndAsync();
    }

    public Task SendAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <summary>Sends a byte now and then until the server has had enough.</summary>
    public async Task TrickleAsync(TimeSpan pause, CancellationToken enough)
    {
        try
        {
            while (!enough.IsCancellationRequested)
            {
                await _stream.WriteAsync("a"u8.ToArray(), enough);
                await Task.Delay(pause, enough);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // That was enough.
        }
    }

    /// <summary>Everything the server sends until it closes the connection.</summary>
    public async Task<Answer> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var read = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(read, patience.Token);
        }
        catch (IOException)
        {
            // Closed hard: what came before counts.
        }
        return Parse(Encoding.Latin1.GetString(read.ToArray()));
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Answer Parse(string text)
    {
        if (text.Length == 0) return new Answer(0, "", "");
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return new Answer(int.Parse(text.Split(' ')[1]), end < 0 ? text : text[..end], end < 0 ? "" : text[(end + 4)..]);
    }
}
