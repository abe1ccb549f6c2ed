using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Marketplace.Benchmarks.Rows;

/// <summary>A seller who uploads feeds and waits for them.</summary>
internal sealed class FeedClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient _http;
    private readonly string _seller;

    public FeedClient(Stage stage, string seller)
    {
        _seller = seller;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{stage.Application.Port}"), Timeout = Limit };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Of("seller", seller));
    }

    /// <summary>The bytes of a feed.</summary>
    public static byte[] Body(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + '\n');

    /// <summary>Uploads a feed and waits until it is done, every line of it accepted.</summary>
    /// <returns>How long the upload took, and how long everything took from then on.</returns>
    /// <exception cref="InvalidOperationException">It was refused, took too long or had a line that was not accepted.</exception>
    public async Task<(TimeSpan Upload, TimeSpan Applied)> ApplyAsync(byte[] body)
    {
        var clock = Stopwatch.StartNew();
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        using var answer = await _http.PostAsync($"v1/sellers/{_seller}/feeds", content);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"The feed was refused: {await answer.Content.ReadAsStringAsync()}");
        var upload = clock.Elapsed;
        while (true)
        {
            using var feed = JsonDocument.Parse(await _http.GetStringAsync(answer.Headers.Location));
            if (feed.RootElement.GetProperty("status").GetString() == "done")
            {
                return Count("accepted") == Count("lines")
                    ? (upload, clock.Elapsed - upload)
                    : throw new InvalidOperationException($"Not all lines were accepted: {feed.RootElement}");
            }

            if (clock.Elapsed > Limit)
                throw new InvalidOperationException($"The feed is not done after {Limit}: {feed.RootElement}");
            await Task.Delay(BetweenLooks);

            int Count(string name) => feed.RootElement.GetProperty(name).GetInt32();
        }
    }

    public void Dispose() => _http.Dispose();
}
