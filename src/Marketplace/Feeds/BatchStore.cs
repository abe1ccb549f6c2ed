using System.Globalization;
using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Offers;
using Marketplace.Telemetry;
using Marten;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>
/// Stores decided lines in one transaction: their events, what the read models make of them, their results, and the feed's progress, which is
/// compared and moved on. So each line is applied exactly once, whatever happens to the program or the server, and whoever else works on the
/// same feed.
/// </summary>
public sealed class BatchStore(ProgramMetrics metrics)
{
    /// <summary>The longest a batch waits for another transaction's lock before it is tried again smaller, in milliseconds.</summary>
    public const int LockWaitMilliseconds = 250;

    // The kind of the streams that feeds change.
    private const string OfferStream = "offer";

    private const string Begin = "select set_config('lock_timeout', ?, true) from pg_advisory_xact_lock(hashtextextended('feed batch ' || ?, 0))";

    /// <summary>How many of these streams have another version than this: one probe of the key for each.</summary>
    public const string OtherVersions = """
        select count(*) from unnest(?::text[], ?::bigint[]) as told (id, version)
          left join lateral (select version from mt_streams where id = told.id limit 1) as stream on true
         where coalesce(stream.version, 0) <> told.version
        """;

    private const string WaitForBatch = "call wait_for_batch(?)";

    private const string Advance = "call advance_feed(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string Results = """
        insert into feed_result (feed_id, first_line, last_line, outcomes, message_ids, skus, versions, errors) values (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string Consumed = "delete from feed_chunk where feed_id = ? and last_line <= ?";

    private static readonly JsonSerializerOptions ErrorJson = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Begins the transaction of a batch, which waits for no lock longer than <see cref="LockWaitMilliseconds"/>, and holds one of its own, so
    /// that another can wait for it: see <c>wait_for_batch</c>.
    /// </summary>
    public static async Task BeginAsync(IDocumentSession session, FeedJob job, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        await session.QueryAsync<string>(Begin, ct, string.Create(CultureInfo.InvariantCulture, $"{LockWaitMilliseconds}ms"), job.NextBatch);
    }

    /// <summary>Stores a batch whose transaction has begun.</summary>
    /// <param name="batch">The batch; its session is used up then.</param>
    /// <param name="before">The batch before it where that is still being stored: this one is committed behind it, or not at all.</param>
    /// <param name="ct">Cancels up to the commit.</param>
    /// <exception cref="NpgsqlException">The database refused or is lost; what is stored can be seen from the feed's row.</exception>
    /// <exception cref="JasperFx.ConcurrencyException">An offer is not as the lines were decided on; nothing was stored.</exception>
    /// <exception cref="OffersMovedOnException">Likewise, of an offer that the lines leave as it was.</exception>
    public async Task StoreAsync(DecidedBatch batch, DecidedBatch? before, CancellationToken ct)
    {
        if (!batch.IsLocked) await CheckAsync(batch, ct);
        var last = Append(batch);
        if (before is not null) batch.Session.QueueSqlCommand(WaitForBatch, before.Job.NextBatch);
        Queue(batch, last);
        await batch.Session.SaveChangesAsync(ct);
        if (batch.Batch.Events.Count > 0) metrics.Recorded(OfferStream, batch.Batch.Events.Values.Sum(events => events.Count));
    }

    // Storing events checks the version that they stand on. That a line changes nothing, or is refused, must be true of the present offer, too.
    private static async Task CheckAsync(DecidedBatch batch, CancellationToken ct)
    {
        var unchanged = batch.States.Where(state => !batch.Batch.Events.ContainsKey(state.Key)).ToArray();
        if (unchanged.Length == 0) return;
        var others = await batch.Session.QueryAsync<long>(OtherVersions, ct,
            Array.ConvertAll(unchanged, state => StreamKeys.Offer(batch.Job.SellerId, state.Key)), Array.ConvertAll(unchanged, state => state.Value.Version));
        if (others[0] > 0) throw new OffersMovedOnException(others[0]);
    }

    // In the order of the keys, in which the store draws positions: the last event of the last stream has the highest.
    private static (string Stream, long Version) Append(DecidedBatch batch)
    {
        var last = ("", 0L);
        foreach (var (sku, events) in batch.Batch.Events.OrderBy(offer => offer.Key, StringComparer.Ordinal))
        {
            var key = StreamKeys.Offer(batch.Job.SellerId, sku);
            var version = batch.States[sku].Version + events.Count;
            batch.Session.Events.Append(key, version, events).AggregateType = typeof(Offer);
            last = (key, version);
        }
        return last;
    }

    private static void Queue(DecidedBatch batch, (string Stream, long Version) last)
    {
        var (job, through, lines) = (batch.Job, batch.After.Applied, batch.Lines);
        batch.Session.QueueSqlCommand(Advance, job.FeedId, job.Applied, through, Count(LineOutcome.Accepted), Count(LineOutcome.Unchanged),
            Count(LineOutcome.Rejected), last.Stream, last.Version, batch.Began, batch.At);
        batch.Session.QueueSqlCommand(Results, job.FeedId, job.Applied + 1, through, string.Concat(lines.Select(line => OutcomeLetters.Of(line.Outcome))),
            Column(line => line.MessageId!), Column(line => line.Sku!), Column(line => line.Version),
            Column(line => line.Errors.Count == 0 ? null! : JsonSerializer.Serialize(line.Errors, ErrorJson)));
        batch.Session.QueueSqlCommand(Consumed, job.FeedId, through);

        int Count(LineOutcome outcome) => lines.Count(line => line.Outcome == outcome);
        T[] Column<T>(Func<AppliedLine, T> value) => [.. lines.Select(value)];
    }
}
