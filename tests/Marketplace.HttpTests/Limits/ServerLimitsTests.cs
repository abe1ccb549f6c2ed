using System.Text.RegularExpressions;
using Marketplace.Hosting;
using Marketplace.Http;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.HttpTests.Limits;

/// <summary>What only a real server on a real socket can be too slow or too large for.</summary>
public sealed partial class ServerLimitsTests(ServerLimitsTests.ImpatientServer server) : IClassFixture<ServerLimitsTests.ImpatientServer>
{
    private Uri Address => server.Program.Client.BaseAddress!;

    [Fact]
    public async Task Headers_of_the_most_bytes_are_read_and_longer_ones_are_431()
    {
        const string begin = "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
        string Filled(int bytes) => $"X-Long: {new string('x', bytes - "Host: a\r\nConnection: close\r\nX-Long: \r\n".Length)}\r\n\r\n";

        Assert.Equal(200, (await RawConnection.AskAsync(Address, begin + Filled(Limiting.HeaderBytes))).Status);
        BareAnswer(431, await RawConnection.AskAsync(Address, begin + Filled(Limiting.HeaderBytes + 1)));
    }

    [Fact]
    public async Task More_header_lines_than_the_most_are_431()
    {
        string Lines(int lines) => "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + string.Concat(Enumerable.Range(0, lines - 2).Select(i => $"x{i}: 1\r\n")) + "\r\n";

        Assert.Equal(200, (await RawConnection.AskAsync(Address, Lines(Limiting.HeaderLines))).Status);
        BareAnswer(431, await RawConnection.AskAsync(Address, Lines(Limiting.HeaderLines + 1)));
    }

    [Fact]
    public async Task A_first_line_longer_than_the_most_is_414()
    {
        string Line(int bytes) => $"GET /{new string('x', bytes - "GET / HTTP/1.1\r\n".Length)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

        Assert.Equal(404, (await RawConnection.AskAsync(Address, Line(Limiting.RequestLineBytes))).Status);
        BareAnswer(414, await RawConnection.AskAsync(Address, Line(Limiting.RequestLineBytes + 1)));
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nBad Header: 1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n")]
    public async Task What_is_no_request_is_refused_by_the_server_itself_and_told_nothing(string request)
    {
        var answer = await RawConnection.AskAsync(Address, request);

        Assert.InRange(answer.Status, 400, 505);
        BareAnswer(answer.Status, answer);
    }

    [Fact]
    public async Task Headers_that_do_not_end_in_time_end_the_connection()
    {
        await using var connection = await RawConnection.OpenAsync(Address);
        await connection.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nX: ");
        using var enough = new CancellationTokenSource();
        var trickling = connection.TrickleAsync(TimeSpan.FromMilliseconds(100), enough.Token);

        var answer = await connection.ReadToEndAsync();
        await enough.CancelAsync();
        await trickling;

        BareAnswer(408, answer);
    }

    [Theory]
    [InlineData("Content-Length: 1000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task A_body_that_does_not_arrive_in_time_is_408_as_problem_details(string length)
    {
        await using var connection = await RawConnection.OpenAsync(Address);
        await connection.SendAsync($"POST /v1/lowest-prices/query HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{length}\r\n\r\n");

        var answer = await connection.ReadToEndAsync();

        Assert.Equal(408, answer.Status);
        Assert.Contains("Content-Type: application/problem+json", answer.Head);
        Assert.Contains("Connection: close", answer.Head);
        Assert.Contains("urn:marketplace:problem:request-timeout", answer.Body);
    }

    [Fact]
    public async Task A_connection_that_nothing_comes_on_any_more_is_closed()
    {
        await using var connection = await RawConnection.OpenAsync(Address);
        await connection.SendAsync("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(200, (await connection.ReadToEndAsync()).Status);
    }

    [Fact]
    public async Task A_body_larger_than_the_server_takes_is_413_and_the_connection_closed()
    {
        var answer = await RawConnection.AskAsync(Address,
            $"POST /v1/lowest-prices/query HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {RequestShape.MaxBody + 1}\r\nConnection: close\r\n\r\n");

        Assert.Equal(413, answer.Status);
        Assert.Contains("urn:marketplace:problem:too-large", answer.Body);
    }

    [Fact]
    public async Task A_body_that_no_endpoint_reads_is_bounded_too()
    {
        // What is not read is taken off the connection, up to so much; then the next request is answered.
        async Task<int> AnswersAfter(int bytes) => Answers().Count((await RawConnection.AskAsync(Address,
            $"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: {bytes}\r\n\r\n{new string('b', bytes)}"
            + "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).Text);

        Assert.Equal(2, await AnswersAfter(Limiting.ServerBodyBytes));
        Assert.InRange(await AnswersAfter(Limiting.ServerBodyBytes + 1), 0, 1);
    }

    /// <summary>The program with little patience.</summary>
    public sealed class ImpatientServer : IAsyncLifetime
    {
        private TestDatabase _database = null!;

        public RunningProgram Program { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            _database = await MarketplaceFixture.NewDatabaseAsync();
            Program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", _database.ConnectionString),
                ("Limits__HeaderSeconds", "2"), ("Limits__BodySeconds", "2"), ("Limits__IdleSeconds", "2"));
        }

        public async Task DisposeAsync()
        {
            await Program.DisposeAsync();
            await _database.DisposeAsync();
        }
    }

    // What the server refuses before there is a request to speak of has no body and tells nothing of the inside.
    private static void BareAnswer(int status, RawConnection.Answer answer)
    {
        Assert.Equal(status, answer.Status);
        Assert.Contains("Connection: close", answer.Head);
        Assert.DoesNotContain("Server:", answer.Head);
        Assert.Equal("", answer.Body);
    }

    [GeneratedRegex("^HTTP/1.1 ", RegexOptions.Multiline)]
    private static partial Regex Answers();
}
