using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>What a key costs in calls of the database, as the driver's own traces tell of each.</summary>
public sealed class CostTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>, IDisposable
{
    private readonly ConcurrentQueue<(ActivityTraceId Trace, string Text)> _calls = new();
    private ActivityListener? _listener;

    private Api Api => app.Api;

    [Fact]
    public async Task A_key_costs_one_call_more_two_where_nothing_is_recorded_and_none_when_it_is_not_sent()
    {
        var (_, _, url) = await Api.OfferAsync();
        Listen();
        // The driver prepares a statement when it comes a second time; the first times do not count.
        for (var i = 0; i < 3; i++) await CountAsync(url, 100 + i, Keyed.NewKey());

        var plain = await CountAsync(url, 5);
        var (keyed, key) = (Keyed.NewKey(), Keyed.NewKey());
        Assert.Equal(plain.Calls + 1, (await CountAsync(url, 6, keyed)).Calls);
        Assert.DoesNotContain(plain.Texts, text => text.Contains("idempotency_key", StringComparison.Ordinal));

        var unchanged = await CountAsync(url, 6);
        Assert.Equal(unchanged.Calls + 2, (await CountAsync(url, 6, key)).Calls);

        // The answer that was kept needs no more than the lookup; one that is made anew, from a state in memory, its position too.
        Assert.Equal(1, (await CountAsync(url, 6, key)).Calls);
        Assert.InRange((await CountAsync(url, 6, keyed)).Calls, 2, 3);
    }

    public void Dispose() => _listener?.Dispose();

    private void Listen()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                // The tag's name has changed between versions of the driver.
                var statement = activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement");
                if (activity.Source.Name == "Npgsql" && statement is string text) _calls.Enqueue((activity.TraceId, text));
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private async Task<(int Calls, string[] Texts)> CountAsync(string url, int quantity, string? key = null)
    {
        var trace = ActivityTraceId.CreateRandom();
        (string, string)[] headers = [("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01")];
        (await Api.PatchAsync(url, new { quantity }, key is null ? headers : [.. headers, ("Idempotency-Key", key)])).ShouldBe(200);
        string[] texts = [.. _calls.Where(call => call.Trace == trace).Select(call => call.Text)];
        return (texts.Length, texts);
    }
}
