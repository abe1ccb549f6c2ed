using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using TestSupport;

namespace Marketplace.HttpTests.Feeds;

/// <summary>Uploads over a real connection that are slow, cut off, or longer than said.</summary>
public sealed class SlowFeedTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private RunningProgram _program = null!;

    public async Task InitializeAsync() => _database = await MarketplaceFixture.NewDatabaseAsync();

    public async Task DisposeAsync()
    {
        await _program.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_that_does_not_arrive_in_time_is_408_and_leaves_nothing()
    {
        await StartAsync(("Limits__FeedUploadSeconds", "4"));
        // By hand: the client of the framework reads no answer before it has sent everything.
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, _program.Client.BaseAddress!.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/sellers/powells/feeds HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Tokens.Of("powells", Role.Seller)}\r\n"
            + "Content-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var answer = reader.ReadLineAsync();
        var line = "{\"op\":\"pause\",\"sku\":\"a\"}\n"u8.ToArray();
        for (var sent = 0; sent + line.Length < 1_000_000 && !answer.IsCompleted; sent += line.Length)
        {
            await stream.WriteAsync(line);
            await Task.Delay(20);
        }

        Assert.Equal("HTTP/1.1 408 Request Timeout", await answer);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task An_upload_cut_off_leaves_nothing()
    {
        await StartAsync();
        using var cut = new CancellationTokenSource();
        var body = new Endless(pause: 20);
        var sending = SendAsync(body, cut.Token);
        await Eventually.TrueAsync(() => ChunksAsync().GetAwaiter().GetResult() > 0, "something of it is stored");
        await cut.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await NothingIsLeftAsync();
    }

    private async Task StartAsync(params (string Name, string Value)[] settings) =>
        _program = await RunningProgram.StartAsync([("ConnectionStrings__Marketplace", _database.ConnectionString), .. settings]);

    private Task<long> ChunksAsync() => _database.ScalarAsync<long>("select count(*) from marketplace.feed_chunk");

    private async Task NothingIsLeftAsync()
    {
        await Eventually.TrueAsync(() => ChunksAsync().GetAwaiter().GetResult() == 0, "nothing of it is left");
        Assert.Equal(0L, await _database.ScalarAsync<long>("select count(*) from marketplace.feed"));
    }

    private Task<HttpResponseMessage> SendAsync(HttpContent body, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sellers/powells/feeds") { Content = body };
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Of("powells", Role.Seller));
        return _program.Client.SendAsync(request, ct);
    }

    // Lines without end, faster than the server's least rate, until nobody listens.
    private sealed class Endless(int pause) : HttpContent
    {
        private static readonly byte[] Lines = [.. Enumerable.Repeat("{\"op\":\"pause\",\"sku\":\"a\"}\n"u8.ToArray(), 800).SelectMany(line => line)];

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            while (true)
            {
                await stream.WriteAsync(Lines, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                await Task.Delay(pause, cancellationToken);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
