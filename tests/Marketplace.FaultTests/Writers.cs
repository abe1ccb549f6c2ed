using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Npgsql;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>
/// Sellers who reprice without rest, each its own offers, and write down what was acknowledged; or all of them the same few offers and one
/// review, so that they meet.
/// </summary>
public sealed class Writers(string productId, int count, int seed, bool meet = false)
{
    private readonly ConcurrentQueue<Acknowledged> _acknowledged = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();

    /// <summary>A write that was answered with success.</summary>
    /// <param name="Stream">The offer's stream.</param>
    /// <param name="Version">The version answered.</param>
    /// <param name="Position">The position answered.</param>
    /// <param name="Cents">The price asked for.</param>
    public sealed record Acknowledged(string Stream, long Version, long Position, int Cents);

    /// <summary>Everything acknowledged so far.</summary>
    public IReadOnlyCollection<Acknowledged> All => _acknowledged;

    /// <summary>How often each status was answered; 0 stands for no answer at all.</summary>
    public IReadOnlyDictionary<int, int> Statuses => _statuses;

    /// <summary>Lists the product that all of them sell.</summary>
    public async Task ListProductAsync(HttpClient client) =>
        (await client.PutAsJsonAsync($"/v1/products/{productId}", new { title = "A product under fire" })).EnsureSuccessStatusCode();

    /// <summary>Lists the product and has it reviewed once, for others to vote on.</summary>
    public async Task BeginAsync(HttpClient client)
    {
        await ListProductAsync(client);
        var review = new { reviewerId = "ann", rating = 4, title = "t", body = "b" };
        (await client.PostAsJsonAsync($"/v1/products/{productId}/reviews", review)).EnsureSuccessStatusCode();
    }

    /// <summary>Writes until told to stop, each writer to one of the instances; whatever goes wrong is noted and tried no further.</summary>
    public Task RunAsync(HttpClient client, CancellationToken stop) => RunAsync([client], stop);

    /// <inheritdoc cref="RunAsync(HttpClient, CancellationToken)" />
    public Task RunAsync(HttpClient[] clients, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, count).Select(async writer =>
    {
        var random = new Random(seed + writer);
        while (!stop.IsCancellationRequested)
        {
            var (seller, sku, cents) = ($"seller{(meet ? random.Next(2) : writer)}", $"{productId}-{random.Next(3)}", random.Next(1, 100_000));
            var votes = meet && random.Next(4) == 0;
            try
            {
                var client = clients[writer % clients.Length];
                using var answer = await (votes ? VoteAsync(client, $"voter{writer}", random) : PutAsync(client, seller, sku, cents, random));
                Note((int)answer.StatusCode);
                if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created)
                    _acknowledged.Enqueue(new Acknowledged(votes ? $"review/{productId}/ann" : $"offer/{seller}/{sku}",
                        Number(answer.Headers.ETag!.Tag.Trim('"')), Number(answer.Headers.GetValues("Marketplace-Position").Single()), cents));
                else
                    await Task.Delay(20, CancellationToken.None);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Note(0);
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }));

    /// <summary>Fails unless every acknowledged write is in the log exactly where the answer said, and the current offers equal the log.</summary>
    public Task ShouldAllBeThereAsync(string connectionString) => Seeded.RunAsync(async seed =>
    {
        await using var db = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "marketplace" }.ConnectionString);
        var log = new Dictionary<long, (string Stream, long Version)>();
        await foreach (var row in RowsAsync(db, "select seq_id, stream_id, version from mt_events"))
            log.Add(row.GetInt64(0), (row.GetString(1), row.GetInt64(2)));
        foreach (var write in _acknowledged)
            Assert.True(log.TryGetValue(write.Position, out var e) && e == (write.Stream, write.Version), $"{write} was acknowledged and is not in the log (seed {seed}).");

        // The last event of each stream that names a price is the price of its row; versions run from 1 without a gap.
        const string Broken = """
            select o.seller_id || '/' || o.sku from current_offer as o
             where o.version is distinct from (select version from mt_streams where id = 'offer/' || o.seller_id || '/' || o.sku)
                or o.version is distinct from (select count(*) from mt_events where stream_id = 'offer/' || o.seller_id || '/' || o.sku)
                or o.price is distinct from (
                    select coalesce(data -> 'newPrice' ->> 'amount', data -> 'terms' -> 'price' ->> 'amount')::numeric from mt_events
                     where stream_id = 'offer/' || o.seller_id || '/' || o.sku and type in ('offer_posted', 'offer_repriced')
                     order by version desc limit 1)
            """;
        await foreach (var row in RowsAsync(db, Broken)) Assert.Fail($"The row of {row.GetString(0)} does not equal the fold of its events (seed {seed}).");
    });

    private Task<HttpResponseMessage> VoteAsync(HttpClient client, string voter, Random random) => client.PutAsJsonAsync(
        $"/v1/reviews/{productId}~ann/votes/{voter}", new { helpful = random.Next(2) == 0 }, CancellationToken.None);

    private Task<HttpResponseMessage> PutAsync(HttpClient client, string seller, string sku, int cents, Random random) =>
        client.PutAsJsonAsync($"/v1/sellers/{seller}/offers/{sku}", new
        {
            productId,
            listingType = "zShops",
            condition = "new",
            price = new { amount = cents / 100m, currency = "USD" },
            quantity = 1 + random.Next(5),
        }, CancellationToken.None);

    private void Note(int status) => _statuses.AddOrUpdate(status, 1, (_, times) => times + 1);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static async IAsyncEnumerable<NpgsqlDataReader> RowsAsync(NpgsqlDataSource db, string sql)
    {
        await using var command = db.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) yield return reader;
    }
}
