using JasperFx.Events.Projections;
using Marketplace.Hosting;
using Npgsql;

namespace Marketplace.Benchmarks.Scenes;

/// <summary>
/// Writes a log as the application would have written it, by a handful of statements instead of a million commands: the same streams,
/// versions, names, JSON and metadata, in an order in which each event follows from those before it. Numbers are drawn from hashes of the
/// event's place: every run makes the same log. Only the log is written: the application makes its read models of it itself.
/// </summary>
internal static class GeneratedLog
{
    /// <summary>The names of the read models that follow the log.</summary>
    public static IEnumerable<string> BehindTheLog =>
        from model in ReadModels.All
        where model.Lifecycle == ProjectionLifecycle.Async
        select model.Name;

    /// <summary>How far back the first event lies; the others follow evenly.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(30);

    // What each event is about: i is its place from 1, kind what happens, n the number of the product, offer or review it happens to.
    // Of a hundred later events 84 reprice, 8 restock, one pauses an offer and the next resumes it, 2 submit a review and 4 vote on one
    // submitted before.
    private const string Subjects = """
        create temp table subject as
        select i, kind,
               case kind
                   when 'listed' then i - 1
                   when 'posted' then i - 1 - $3
                   when 'submitted' then later / 100 * 2 + later % 2
                   when 'voted' then r2 % (later / 100 * 2 + 2)
                   else case when $4 > 0 and r1 % 5 = 0 then r2 % $4 else $4 + r2 % ($2 - $4) end
               end as n
          from (select i, later, abs(hashint8extended(seed, 1) / 2) as r1, abs(hashint8extended(seed, 2) / 2) as r2,
                       case when i <= $3 then 'listed'
                            when i <= $3 + $2 then 'posted'
                            when later % 100 < 84 then 'repriced'
                            when later % 100 < 92 then 'restocked'
                            when later % 100 < 94 then 'switched'
                            when later % 100 < 96 then 'submitted'
                            else 'voted' end as kind
                  from generate_series(1::bigint, $1) as i
                 cross join lateral (select i - 1 - $3 - $2 as later) as place
                 cross join lateral (select case when later % 100 = 93 then i - 1 else i end as seed) as draw) as drawn
        """;

    // Versions count the events of a stream; turns those of one kind in it: the first switch of an offer pauses it, the second resumes it.
    private const string Ordered = """
        create temp table made as
        select i, kind, n, stream,
               row_number() over (partition by stream order by i) as version,
               row_number() over (partition by stream, kind order by i) as turn
          from (select i, kind, n,
                       case when kind = 'listed' then 'product/book-' || n
                            when kind in ('submitted', 'voted') then 'review/book-' || n % $1 || '/reader-' || n / $1
                            else 'offer/seller-' || n % $2 || '/sku-' || n end as stream
                  from subject) as named
        """;

    private const string Streams = """
        insert into mt_streams (id, type, version, timestamp, created)
        select stream, split_part(stream, '/', 1), max(version), $1 + max(i) * $2, $1 + min(i) * $2 from made group by stream order by min(i)
        """;

    // A price never is what it was before, and neither is a quantity: the application would have recorded nothing.
    private static readonly string Events = $$"""
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
        select i, gen_random_uuid(), stream, version,
               case kind
                   when 'listed' then jsonb_build_object('productId', 'book-' || n, 'title', 'The Art of War, ' || n, 'author', 'Sun Tzu', 'description', null)
                   when 'posted' then who || jsonb_build_object('terms', jsonb_build_object(
                       'price', {{Price("0")}}, 'quantity', {{Quantity("0")}}, 'shipping', {{Usd("0")}}, 'condition', 'good',
                       'listingType', case when n % 2 = 0 then 'used' else 'zShops' end, 'conditionNote', null))
                   when 'repriced' then who || jsonb_build_object(
                       'oldPrice', {{Price("turn - 1")}}, 'newPrice', {{Price("turn")}}, 'oldShipping', {{Usd("0")}}, 'newShipping', {{Usd("0")}})
                   when 'restocked' then who || jsonb_build_object('oldQuantity', {{Quantity("turn - 1")}}, 'newQuantity', {{Quantity("turn")}})
                   when 'submitted' then who || jsonb_build_object('rating', 1 + n % 5, 'title', 'Short and sharp', 'body', 'Read it twice, number ' || n || '.')
                   when 'voted' then who || jsonb_build_object('voterId', 'voter-' || i, 'oldHelpful', null, 'helpful', i % 3 > 0)
                   else who end,
               type, $1 + i * $2, 'Marketplace.' || slice || '.' || replace(initcap(replace(type, '_', ' ')), ' ', '') || ', Marketplace',
               md5(i::text), left(md5('span' || i), 16), '{"cause": "manual"}'::jsonb,
               case slice when 'Catalog' then 'catalog:editor' when 'Offers' then 'seller:seller-' || n % $3
                   else 'reviewer:' || case kind when 'voted' then 'voter-' || i else 'reader-' || n / $4 end end
          from (select *,
                       case when kind = 'listed' then 'Catalog' when kind in ('submitted', 'voted') then 'Reviews' else 'Offers' end as slice,
                       case when kind = 'listed' then 'product_listed' when kind in ('submitted', 'voted') then 'review_' || kind
                            when kind = 'switched' then case turn % 2 when 1 then 'offer_paused' else 'offer_resumed' end
                            else 'offer_' || kind end as type,
                       case when kind in ('submitted', 'voted')
                            then jsonb_build_object('productId', 'book-' || n % $4, 'reviewerId', 'reader-' || n / $4)
                            else jsonb_build_object('sku', 'sku-' || n, 'sellerId', 'seller-' || n % $3, 'productId',
                                'book-' || case when n < $5 then 0 else 1 + (n - $5) % ($4 - 1) end) end as who
                  from made) as told
         order by i
        """;

    /// <summary>Fills the empty tables of the event store.</summary>
    /// <param name="connection">To the database; by a superuser.</param>
    /// <param name="shape">What to write.</param>
    /// <param name="began">When the first event was recorded, UTC.</param>
    public static async Task WriteAsync(NpgsqlConnection connection, LogShape shape, DateTimeOffset began)
    {
        var pace = Span / shape.Events;
        // The foreign key holds by the order of the statements; checking it a million times is most of what an insert costs.
        await RunAsync("set session_replication_role = replica; set work_mem = '256MB'");
        await RunAsync(Subjects, (long)shape.Events, shape.Offers, shape.Products, shape.HotOffers);
        await RunAsync(Ordered, shape.Products, LogShape.Sellers);
        await RunAsync(Streams, began, pace);
        await RunAsync(Events, began, pace, LogShape.Sellers, shape.Products, shape.HotOffers);
        await RunAsync("select setval('mt_events_sequence', $1)", (long)shape.Events);
        // The daemon is to leave all of it to the rebuild.
        await RunAsync("insert into mt_event_progression (name, last_seq_id) select name, $2 from unnest($1) as name",
            BehindTheLog.Select(name => $"{name}:All").Append("HighWaterMark").ToArray(), (long)shape.Events);
        await RunAsync("drop table subject, made; reset session_replication_role; reset work_mem");

        async Task RunAsync(string sql, params object[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1800 };
            foreach (var value in values)
                command.Parameters.AddWithValue(value);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static string Usd(string amount) => $"jsonb_build_object('amount', round({amount}, 2), 'currency', 'USD')";

    private static string Price(string turn) => Usd($"(1000 + (({turn}) * 7919 + n * 31) % 9000) / 100.0");

    private static string Quantity(string turn) => $"(({turn}) * 7 + n) % 50 + case when {turn} = 0 then 1 else 0 end";
}
