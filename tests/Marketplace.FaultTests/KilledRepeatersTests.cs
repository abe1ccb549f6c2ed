using System.Net;
using System.Net.Http.Json;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>Clients that repeat until they are answered, against a program that is killed at any moment.</summary>
public class KilledRepeatersTests
{
    private const int Sellers = 3;
    private const int Clients = 9;

    private sealed record Sent(string Seller, decimal Price, string Body, long Position);

    [Fact]
    public Task Every_keyed_request_has_its_effect_once_though_the_program_is_killed_at_any_moment() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        var environment = ("ConnectionStrings__Marketplace", database.ConnectionString);
        var answered = new List<Sent>();
        var program = await RunningProgram.StartAsync(environment);
        try
        {
            (await program.Client.PutAsJsonAsync("/v1/products/book", new { title = "A book" })).EnsureSuccessStatusCode();
            for (var seller = 0; seller < Sellers; seller++)
                (await program.Client.PutAsJsonAsync(Given.Offer($"seller{seller}"), Given.Terms("book", 500m))).EnsureSuccessStatusCode();

            // Several clients reprice one offer, each to prices that nobody else names: done twice, a price would be there twice.
            using var stop = new CancellationTokenSource();
            var prices = 0;
            var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var (seller, price) = ($"seller{client % Sellers}", 1000m + Interlocked.Increment(ref prices));
                    var sent = await UntilAnsweredAsync(() => Volatile.Read(ref program).Client, seller, price);
                    lock (answered) answered.Add(sent);
                }
            })).ToArray();
            for (var life = 0; life < 3; life++)
            {
                int before;
                lock (answered) before = answered.Count;
                await Eventually.TrueAsync(() => answered.Count > before + 20 + random.Next(150), $"requests are answered (seed {seed}): {program.Log}");
                var killed = program;
                await killed.KillAsync();
                Volatile.Write(ref program, await RunningProgram.StartAsync(environment));
                await killed.DisposeAsync();
            }
            await stop.CancelAsync();
            await Task.WhenAll(clients).WaitAsync(MarketplaceFixture.Patience);
        }
        finally
        {
            await program.DisposeAsync();
        }

        Assert.True(answered.Count > 60, $"Only {answered.Count} were answered (seed {seed}).");
        foreach (var sent in answered)
        {
            var times = await database.ScalarAsync<long>(
                "select count(*) from marketplace.mt_events where type = 'offer_repriced' and (data -> 'newPrice' ->> 'amount')::numeric = $1", sent.Price);
            Assert.True(times == 1, $"{sent.Price} was recorded {times} times (seed {seed}).");
            Assert.Equal($"offer/{sent.Seller}/sku-1", await database.ScalarAsync<string>("select stream_id from marketplace.mt_events where seq_id = $1", sent.Position));
        }
    });

    private static async Task<Sent> UntilAnsweredAsync(Func<HttpClient> client, string seller, decimal amount)
    {
        var key = Guid.NewGuid().ToString();
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Patch, Given.Offer(seller))
                {
                    Content = JsonContent.Create(new { price = new { amount, currency = "USD" } }),
                };
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await client().SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return new Sent(seller, amount, await answer.Content.ReadAsStringAsync(), long.Parse(answer.Headers.GetValues("Marketplace-Position").Single()));
                Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Conflict, HttpStatusCode.ServiceUnavailable });
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or ObjectDisposedException)
            {
            }
            await Task.Delay(20);
        }
    }
}
