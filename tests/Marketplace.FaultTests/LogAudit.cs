using System.Text.Json.Nodes;
using Marketplace.FaultTests.Feeds;
using Marketplace.HttpTests.Support;
using Npgsql;

namespace Marketplace.FaultTests;

/// <summary>Compares what is stored and answered with a plain fold of the log, whatever was done to program and server.</summary>
public sealed class LogAudit(string connectionString, int seed)
{
    // The packages fill numbers that a failed save drew with rows of a stream of their own; they are no events of ours.
    private const string BrokenStreams = """
        select coalesce(s.id, e.stream_id) || ': the stream says ' || coalesce(s.version, 0) || ', of ' || coalesce(e.events, 0) || ' events' as what
          from (select id, version from mt_streams where id ~ '^(product|offer|review)/') as s
          full join (select stream_id, count(*) as events, min(version) as first, max(version) as last from mt_events
                      where type <> 'tombstone' group by stream_id) as e on e.stream_id = s.id
         where s.version is distinct from e.events or e.first <> 1 or e.last <> e.events
        union all
        select stream_id || ': version ' || version || ' is before the one before it' from (
            select stream_id, version, seq_id, lag(seq_id) over (partition by stream_id order by version) as before
              from mt_events where type <> 'tombstone') as pairs
         where before >= seq_id
        """;

    // An asynchronous read model has one row for each event, none twice, none skipped, with the price that the log says.
    private const string BrokenPrices = """
        select coalesce(l.stream_id, t.stream_id) || ' at version ' || coalesce(l.version, t.version) || ': ' || coalesce(t.price::text, 'missing') as what
          from (select seq_id, stream_id, version, (
                    select coalesce(data -> 'newPrice' ->> 'amount', data -> 'terms' -> 'price' ->> 'amount')::numeric from mt_events as p
                     where p.stream_id = e.stream_id and p.version <= e.version and p.type in ('offer_posted', 'offer_repriced', 'offer_reposted')
                     order by p.version desc limit 1) as price
                  from mt_events as e where stream_id like 'offer/%') as l
          full join (select 'offer/' || o.seller_id || '/' || o.sku as stream_id, t.position, t.version, t.price
                       from offer_terms as t join priced_offer as o using (offer_no)) as t
            on (t.stream_id, t.version, t.position) = (l.stream_id, l.version, l.seq_id)
         where t.price is distinct from l.price
        """;

    private const string BrokenReviews = """
        select coalesce(l.stream_id, t.stream_id) || ' at version ' || coalesce(l.version, t.version) as what
          from (select seq_id, stream_id, version, lead(seq_id, 1, 9223372036854775807) over (partition by stream_id order by version) as until
                  from mt_events where stream_id like 'review/%') as l
          full join (select 'review/' || product_id || '/' || reviewer_id as stream_id, position, position_to, version from review_history) as t
            on (t.stream_id, t.version, t.position, t.position_to) = (l.stream_id, l.version, l.seq_id, l.until)
         where l.seq_id is null or t.position is null
        """;

    private const string Prices = """
        select seq_id, stream_id, coalesce(data -> 'newPrice' ->> 'amount', data -> 'terms' -> 'price' ->> 'amount')::numeric from mt_events
         where type in ('offer_posted', 'offer_repriced') and data ->> 'productId' = $1 order by seq_id
        """;

    /// <summary>Fails unless versions of every stream run from 1 without a gap, in the order of the log.</summary>
    public Task StreamsAsync() => NoneAsync(BrokenStreams);

    /// <summary>
    /// Waits until the asynchronous read models have dealt with the whole log, and fails unless they have each event once and answer at
    /// random positions as a fold of the log up to there does.
    /// </summary>
    /// <param name="client">Whom to ask.</param>
    /// <param name="productId">A product whose offers are only posted, repriced and restocked.</param>
    public async Task ReadModelsAsync(HttpClient client, string productId)
    {
        var feeds = new FeedAudit(connectionString, client, seed);
        await feeds.ShouldFollowAsync(productId);
        await using var db = feeds.Db();
        var log = await FeedAudit.RowsAsync(db, Prices, productId, row => (Position: row.GetInt64(0), Stream: row.GetString(1), Price: row.GetDecimal(2)));
        await feeds.PatientAsync($"/v1/products/{productId}/reviews/summary?atPosition={log[^1].Position}");
        await NoneAsync(BrokenPrices);
        await NoneAsync(BrokenReviews);
        var random = new Random(seed);
        foreach (var position in Enumerable.Range(0, 12).Select(_ => log[random.Next(log.Count)].Position))
        {
            var then = JsonNode.Parse(await feeds.PatientAsync($"/v1/products/{productId}/lowest-prices?atPosition={position}"))!["items"]![0]!;
            var offers = log.Where(one => one.Position <= position).GroupBy(one => one.Stream).Select(offer => offer.Last().Price).ToArray();
            Assert.Equal((offers.Min(), offers.Length, position), ((decimal)then["price"]!["amount"]!, (int)then["offerCount"]!, position));
        }
    }

    private async Task NoneAsync(string sql)
    {
        await using var db = new FeedAudit(connectionString, null!, seed).Db();
        var found = await FeedAudit.RowsAsync(db, sql, null, row => row.GetString(0));
        Assert.True(found.Count == 0, $"{found.Count} are not as in the log: {string.Join("; ", found.Take(10))}.");
    }
}
