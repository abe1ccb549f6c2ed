using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Scenes;
using Npgsql;

namespace Marketplace.Benchmarks.Rows;

/// <summary>Writes now and then, and finds out when the slowest of the read models behind the log has come to what was written.</summary>
internal sealed class LagProbe : IDisposable
{
    private const string Progress = """
        select count(*) = cardinality($1), coalesce(min(last_seq_id), 0), (select max(seq_id) from mt_events) from mt_event_progression where name = any ($1)
        """;

    private const string Seller = "seller-01";
    private const string Offer = "sku-0000-1";
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Stage _stage;
    private readonly HttpClient _http;
    private readonly ConcurrentQueue<(long Position, long Sent, long Answered)> _written = new();

    public LagProbe(Stage stage)
    {
        _stage = stage;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{stage.Application.Port}") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Of("seller", Seller));
    }

    /// <summary>From the answers to the writes until the read models had them.</summary>
    public Latencies BehindAnswers { get; } = new();

    /// <summary>The same from when the writes were sent.</summary>
    public Latencies BehindRequests { get; } = new();

    /// <summary>Waits until the read models have all there is.</summary>
    public async Task CatchUpAsync()
    {
        await using var connection = await _stage.ConnectAsync();
        await using var look = await PrepareAsync(connection);
        var clock = Stopwatch.StartNew();
        while (await LookAsync(look) is var (reached, newest) && reached < newest)
        {
            ThrowIfTooLong(clock);
            await Task.Delay(BetweenLooks);
        }
    }

    /// <summary>Writes for a while, and goes on looking until all that was written has come through.</summary>
    public async Task RunAsync(TimeSpan span)
    {
        var writing = WriteAsync(span);
        await using var connection = await _stage.ConnectAsync();
        await using var look = await PrepareAsync(connection);
        var clock = Stopwatch.StartNew();
        while (!writing.IsCompleted || !_written.IsEmpty)
        {
            var (reached, _) = await LookAsync(look);
            var seen = Stopwatch.GetTimestamp();
            while (_written.TryPeek(out var write) && write.Position <= reached && _written.TryDequeue(out write))
            {
                // The look may have begun before the answer came.
                BehindAnswers.Add(Stopwatch.GetElapsedTime(Math.Min(write.Answered, seen), seen));
                BehindRequests.Add(Stopwatch.GetElapsedTime(write.Sent, seen));
            }

            if (clock.Elapsed > span)
                ThrowIfTooLong(clock);
            await Task.Delay(BetweenLooks);
        }

        await writing;
    }

    public void Dispose() => _http.Dispose();

    private async Task WriteAsync(TimeSpan span)
    {
        var clock = Stopwatch.StartNew();
        for (var n = 0; clock.Elapsed < span; n++)
        {
            using var body = new StringContent($$$"""{"price":{"amount":{{{10 + (n % 80)}}}.37,"currency":"USD"}}""", Encoding.UTF8, "application/json");
            var sent = Stopwatch.GetTimestamp();
            using var answer = await _http.PatchAsync($"v1/sellers/{Seller}/offers/{Offer}", body);
            var answered = Stopwatch.GetTimestamp();
            answer.EnsureSuccessStatusCode();
            _written.Enqueue((long.Parse(answer.Headers.GetValues("Marketplace-Position").Single(), CultureInfo.InvariantCulture), sent, answered));
            await Task.Delay(BetweenWrites);
        }
    }

    private static async Task<NpgsqlCommand> PrepareAsync(NpgsqlConnection connection)
    {
        var look = new NpgsqlCommand(Progress, connection);
        look.Parameters.AddWithValue(GeneratedLog.BehindTheLog.Select(name => $"{name}:All").ToArray());
        await look.PrepareAsync();
        return look;
    }

    private static async Task<(long Reached, long Newest)> LookAsync(NpgsqlCommand look)
    {
        await using var row = await look.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetBoolean(0) ? row.GetInt64(1) : 0, row.GetInt64(2));
    }

    private static void ThrowIfTooLong(Stopwatch clock)
    {
        if (clock.Elapsed > Patience)
            throw new InvalidOperationException($"The read models have not caught up within {Patience}.");
    }
}
