using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>Keys are kept out of logs, traces and answers, whatever becomes of the request.</summary>
public class SecretKeysTests
{
    [Fact]
    public async Task No_key_is_in_any_line_of_the_log_or_in_any_answer()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(
            ("ConnectionStrings__Marketplace", database.ConnectionString), ("Logging__LogLevel__Default", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"), ("Logging__LogLevel__Npgsql", "Trace"));
        var answers = new List<string>();
        await SendEverythingAsync(async (method, url, body, key) =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), url) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            using var answer = await program.Client.SendAsync(request);
            answers.Add($"{answer.Headers} {await answer.Content.ReadAsStringAsync()}");
            return (int)answer.StatusCode;
        }, database);
        Assert.Equal(0, (await program.TerminateAsync()).ExitCode);

        Assert.Contains("idempotency_key", program.Log);
        Assert.DoesNotContain("hushed", program.Log);
        Assert.All(answers, answer => Assert.DoesNotContain("hushed", answer));
    }

    [Fact]
    public async Task No_key_is_in_any_trace()
    {
        var traced = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traced.Enqueue(
                $"{activity.Source.Name} {activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Baggage)} {string.Join(' ', activity.Events.SelectMany(e => e.Tags))}"),
        };
        ActivitySource.AddActivityListener(listener);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString);
        var api = new Api(host);

        await SendEverythingAsync(async (method, url, body, key) => (await api.SendAsync(method, url, body, ("Idempotency-Key", key))).Status, database);

        Assert.Contains(traced, text => text.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.Contains(traced, text => text.Contains("idempotency_key", StringComparison.Ordinal));
        Assert.DoesNotContain(traced, text => text.Contains("hushed", StringComparison.Ordinal));
    }

    // Recorded, repeated, refused, reused, malformed, failed.
    private static async Task SendEverythingAsync(Func<string, string, object?, string, Task<int>> send, TestSupport.TestDatabase database)
    {
        var offer = Given.Offer("powells");
        Assert.Equal(201, await send("PUT", "/v1/products/book", new { title = "A book" }, "hushed-1"));
        Assert.Equal(201, await send("PUT", offer, Given.Terms("book", 20m), "hushed-2"));
        Assert.Equal(200, await send("PATCH", offer, new { quantity = 3 }, "hushed-3"));
        Assert.Equal(200, await send("PATCH", offer, new { quantity = 3 }, "hushed-3"));
        Assert.Equal(422, await send("PATCH", offer, new { quantity = 4 }, "hushed-3"));
        Assert.Equal(404, await send("PATCH", Given.Offer("nobody"), new { quantity = 4 }, "hushed-4"));
        Assert.Equal(404, await send("PATCH", Given.Offer("nobody"), new { quantity = 4 }, "hushed-4"));
        Assert.Equal(400, await send("PATCH", offer, new { quantity = -1 }, "hushed-5"));
        Assert.Equal(400, await send("PATCH", offer, new { quantity = 4 }, "hushed 6"));
        Assert.Equal(400, await send("PATCH", offer, new { quantity = 4 }, "hushed-" + new string('7', 300)));
        await database.ExecuteAsync("alter table marketplace.current_offer rename to lost");
        Assert.Equal(500, await send("PATCH", offer, new { quantity = 5 }, "hushed-8"));
        await database.ExecuteAsync("alter table marketplace.lost rename to current_offer");
        await database.ExecuteAsync("alter table marketplace.idempotency_key rename to lost");
        Assert.Equal(500, await send("PATCH", offer, new { quantity = 5 }, "hushed-9"));
        await database.ExecuteAsync("alter table marketplace.lost rename to idempotency_key");
    }
}
