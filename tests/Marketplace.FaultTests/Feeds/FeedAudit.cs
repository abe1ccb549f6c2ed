using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Npgsql;

namespace Marketplace.FaultTests.Feeds;

/// <summary>Compares what is stored and what is answered with what must have come of a seller's feeds.</summary>
public sealed class FeedAudit(string connectionString, HttpClient client, int seed)
{
    private const string Events = """
        select stream_id, version, seq_id, headers ->> 'reference', headers ->> 'cause', user_name, causation_id from mt_events
         where stream_id like 'offer/' || $1 || '/%' order by stream_id collate "C", version
        """;

    private const string Offers = """
        select sku, (price * 100)::int, (shipping * 100)::int, quantity, status, version from current_offer where seller_id = $1
        """;

    private const string Leftovers = """
        select (select count(*) from feed_chunk as c join feed as f on f.feed_id = c.feed_id where f.finished_at is not null)
             + (select count(*) from feed where finished_at is null)
        """;

    /// <summary>An event of one of the seller's offers.</summary>
    public sealed record Recorded(string Stream, long Version, long Position, string? Reference, string Cause, string Actor, string? Causation);

    /// <summary>Fails unless every line of every feed has its one result, its events once, and the offers are as the lines leave them.</summary>
    public async Task ShouldBeExactAsync(SellerUnderFire seller)
    {
        await using var db = Db();
        var events = await EventsAsync(db, seller.SellerId);
        var byReference = events.ToLookup(e => e.Reference);
        var places = events.ToDictionary(e => (e.Stream, e.Version), e => e.Position);
        var feeds = JsonNode.Parse(await client.GetStringAsync(seller.Path))!["items"]!.AsArray();
        Same(seller.Feeds.Select(feed => feed.Id!).Reverse(), feeds.Select(feed => (string)feed!["feedId"]!), $"the feeds of {seller.SellerId}");
        foreach (var feed in seller.Feeds)
        {
            var view = feeds.Single(view => (string?)view!["feedId"] == feed.Id)!;
            SameRow(["done", feed.Lines.Count, Count("accepted"), Count("unchanged"), Count("rejected")],
                [(string)view["status"]!, (int)view["lines"]!, (int)view["accepted"]!, (int)view["unchanged"]!, (int)view["rejected"]!], $"{view}");
            var results = (await client.GetStringAsync($"{seller.Path}/{feed.Id}/results")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Same(feed.Lines.Count, results.Length, $"results of {feed.Id}");
            for (var i = 0; i < results.Length; i++)
            {
                var (line, result) = (feed.Lines[i], JsonNode.Parse(results[i])!);
                var what = $"line {i + 1} of {feed.Id}, {line.Text}: {results[i]}";
                SameRow([i + 1, line.Status, line.Version], [(int)result["line"]!, (string)result["status"]!, (long?)result["version"] ?? 0], what);
                Same(line.Version == 0 ? (long?)null : places[($"offer/{seller.SellerId}/{line.Sku}", line.Version)], (long?)result["position"], what);
                Assert.True(line.Status == "rejected" == result["errors"] is JsonArray { Count: > 0 }, what);
                var recorded = byReference[$"{feed.Id}#{i + 1}"].ToArray();
                Same(Enumerable.Range(0, line.Events).Select(e => line.Version - line.Events + 1 + e), recorded.Select(e => e.Version), what);
                Assert.All(recorded, e => SameRow([$"offer/{seller.SellerId}/{line.Sku}", "feed", $"seller:{seller.SellerId}", e.Reference],
                    [e.Stream, e.Cause, e.Actor, e.Causation], what));
            }

            int Count(string status) => feed.Lines.Count(line => line.Status == status);
        }
        Same(seller.Feeds.Sum(feed => feed.Lines.Sum(line => line.Events)), events.Count, "events");
        Same(seller.Plan.Rows.Select(row => (row.Key, row.Value.Cents, row.Value.Shipping, row.Value.Quantity, row.Value.Status, row.Value.Version)).Order(),
            (await RowsAsync(db, Offers, seller.SellerId, row =>
                (row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetString(4), row.GetInt64(5)))).Order(), "offers");
        Same(0L, (await RowsAsync(db, Leftovers, null, row => row.GetInt64(0))).Single(), "chunks and feeds left");
        await ShouldFollowAsync();
    }

    /// <summary>Fails unless the product's history, which follows behind, agrees with the offers in force.</summary>
    public async Task ShouldFollowAsync(string productId = "fire")
    {
        // An answer may be newer than the position that it is complete through, and that stays behind numbers which a kill has left unused
        // until every transaction that might still use them has ended; so the answer that is compared is asked to be complete.
        await using var db = Db();
        var last = (await RowsAsync(db, "select max(seq_id) from mt_events", null, row => row.GetInt64(0))).Single();
        var now = JsonNode.Parse(await PatientAsync($"/v1/products/{productId}/lowest-prices", last))!;
        var then = JsonNode.Parse(await PatientAsync($"/v1/products/{productId}/lowest-prices?atPosition={now["position"]}"))!;
        Same(now["items"]!.ToJsonString(), then["items"]!.ToJsonString(), "the lowest prices now and as of now");
    }

    /// <summary>The events of a seller's offers, stream by stream; fails unless versions run from 1 without a gap.</summary>
    public async Task<List<Recorded>> EventsAsync(NpgsqlDataSource db, string sellerId)
    {
        var events = await RowsAsync(db, Events, sellerId, row => new Recorded(row.GetString(0), row.GetInt64(1), row.GetInt64(2),
            row.IsDBNull(3) ? null : row.GetString(3), row.GetString(4), row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6)));
        foreach (var stream in events.GroupBy(e => e.Stream))
            Same(Enumerable.Range(1, stream.Count()).Select(i => (long)i), stream.Select(e => e.Version), $"versions of {stream.Key}");
        return events;
    }

    /// <summary>The database.</summary>
    public NpgsqlDataSource Db() =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "marketplace", Pooling = false }.ConnectionString);

    /// <summary>GET, complete through a position, that is tried again while it is asked to.</summary>
    public async Task<string> PatientAsync(string url, long position = 0)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("Marketplace-Min-Position", $"{position}");
            using var answer = await client.SendAsync(request);
            if (answer.StatusCode != System.Net.HttpStatusCode.ServiceUnavailable || clock.Elapsed > MarketplaceFixture.Patience)
                return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
            await Task.Delay(50);
        }
    }

    internal static async Task<List<T>> RowsAsync<T>(NpgsqlDataSource db, string sql, string? parameter, Func<NpgsqlDataReader, T> read)
    {
        await using var command = db.CreateCommand(sql);
        if (parameter is not null) command.Parameters.AddWithValue(parameter);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    private void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        var (left, right) = (expected.ToArray(), actual.ToArray());
        if (left.SequenceEqual(right)) return;
        var at = left.Zip(right).TakeWhile(pair => Equals(pair.First, pair.Second)).Count();
        Assert.Fail($"{what} (seed {seed}): of {left.Length} and {right.Length}, number {at + 1} should be {left.ElementAtOrDefault(at)} and is {right.ElementAtOrDefault(at)}.");
    }

    private void SameRow(object?[] expected, object?[] actual, string what) => Same<object?>(expected, actual, what);

    private void Same(object? expected, object? actual, string what) =>
        Assert.True(Equals(expected, actual), $"{what} (seed {seed}): {expected} was expected, {actual} came.");
}
