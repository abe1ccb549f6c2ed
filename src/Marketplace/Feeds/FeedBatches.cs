using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Feeds.Lines;
using Marketplace.Offers;
using Marketplace.Storage;
using Marketplace.Telemetry;
using Marten;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>
/// Applies consecutive lines of a feed in one transaction: their events, what the read models make of them, their results, and the feed's
/// progress, which is compared and moved on. So each line is applied exactly once, whatever happens to the program or the server, and
/// whoever else works on the same feed.
/// </summary>
public sealed partial class FeedBatches(
    IDocumentStore store, KnownStreams streams, FeedLineReader reader, ProgramMetrics metrics, TimeProvider clock, ILogger<FeedBatches> log)
{
    /// <summary>The longest a batch waits for another transaction's lock before it is tried again smaller, in milliseconds.</summary>
    public const int LockWaitMilliseconds = 250;

    // The kind of the streams that feeds change.
    private const string OfferStream = "offer";

    // Rows of streams are locked in the order of their keys, in which everybody locks them; so no two transactions wait for each other.
    private const string Lock = """
        select count(*) from (select id from mt_streams where id = any (?) order by id collate "C" for no key update) as locked
        """;

    private const string LockWait = "select set_config('lock_timeout', ?, true)";

    private const string Advance = "call advance_feed(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string Results = """
        insert into feed_result (feed_id, first_line, last_line, outcomes, message_ids, skus, versions, errors) values (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string Consumed = "delete from feed_chunk where feed_id = ? and last_line <= ?";

    private static readonly JsonSerializerOptions ErrorJson = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Applies the next lines.</summary>
    /// <param name="connection">The session that has claimed the seller, to read with.</param>
    /// <param name="job">The feed as it stands.</param>
    /// <param name="most">The most lines.</param>
    /// <param name="givesUp">Whether the next line is refused unseen, because it has failed before in a way that nobody has foreseen.</param>
    /// <param name="ct">Cancels up to the commit.</param>
    /// <returns>What became of the lines.</returns>
    /// <exception cref="NpgsqlException">The database refused or is lost; what is stored can be seen from the feed's row.</exception>
    /// <exception cref="JasperFx.ConcurrencyException">An offer moved on meanwhile; nothing was stored.</exception>
    public async Task<IReadOnlyList<AppliedLine>> ApplyAsync(NpgsqlConnection connection, FeedJob job, int most, bool givesUp, CancellationToken ct)
    {
        var began = EffectiveTime.Microseconds(clock.GetUtcNow());
        var lines = await ReadAsync(connection, job, most, givesUp, ct);
        var commands = givesUp ? [] : lines.Where(line => line.Command is not null).Select(line => line.Command!).ToArray();
        var listed = await ListedAsync(commands, ct);
        var skus = commands.Select(command => command.Sku).Distinct(StringComparer.Ordinal).ToArray();

        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        var states = await LockAsync(session, connection, job.SellerId, skus, ct);
        var at = EffectiveTime.Microseconds(clock.GetUtcNow());
        var batch = new FeedBatch(job, states, listed, at, session.Events.BuildEvent);
        for (var i = 0; i < lines.Count; i++)
        {
            if (givesUp) batch.GiveUp(lines[i]);
            else Decide(batch, job, job.Applied + i + 1, lines[i]);
        }
        var last = Append(session, job, states, batch);
        Store(session, job, batch.Lines, last, began, at);
        await session.SaveChangesAsync(ct);
        if (batch.Events.Count > 0) metrics.Recorded(OfferStream, batch.Events.Values.Sum(events => events.Count));
        return batch.Lines;
    }

    private async Task<List<FeedLine>> ReadAsync(NpgsqlConnection connection, FeedJob job, int most, bool givesUp, CancellationToken ct)
    {
        try
        {
            return (await FeedLinesReads.NextLinesAsync(connection, job, givesUp ? 1 : most, ct)).ConvertAll(Read);
        }
        catch (Exception e) when (givesUp && FeedFailures.Of(e) == FeedFailure.Unforeseen)
        {
            // Not even what the line calls itself can be told.
            return [new FeedLine(null, null, null, [LineRefusals.Unforeseen])];
        }
    }

    private FeedLine Read(ReadOnlyMemory<byte> line) => reader.Read(line.Span);

    private async ValueTask<HashSet<string>> ListedAsync(LineCommand[] commands, CancellationToken ct)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var command in commands)
            if (command.ProductId is { } productId) keys[StreamKeys.Product(productId)] = productId;
        return keys.Count == 0 ? [] : [.. (await streams.AmongAsync(keys.Keys, ct)).Select(key => keys[key])];
    }

    // Read on the other connection, after the locks are there: a statement of its own sees what their last holders have committed.
    private static async Task<Dictionary<string, OfferSnapshot>> LockAsync(
        IDocumentSession session, NpgsqlConnection connection, string sellerId, string[] skus, CancellationToken ct)
    {
        await session.QueryAsync<string>(LockWait, ct, $"{LockWaitMilliseconds}ms");
        if (skus.Length == 0) return [];
        await session.QueryAsync<long>(Lock, ct, (object)Array.ConvertAll(skus, sku => StreamKeys.Offer(sellerId, sku)));
        return await FeedLinesReads.OffersAsync(connection, sellerId, skus, ct);
    }

    // A line that nobody can decide is left out and told so; it must not keep the others.
    private void Decide(FeedBatch batch, FeedJob job, int number, FeedLine line)
    {
        try
        {
            batch.Decide(number, line);
        }
        catch (Exception e)
        {
            Undecidable(log, e, job.FeedId, number);
            batch.GiveUp(line);
        }
    }

    // In the order of the keys, in which the store draws positions: the last event of the last stream has the highest.
    private static (string Stream, long Version) Append(
        IDocumentSession session, FeedJob job, Dictionary<string, OfferSnapshot> states, FeedBatch batch)
    {
        var last = ("", 0L);
        foreach (var (key, sku) in batch.Events.Keys.Select(sku => (StreamKeys.Offer(job.SellerId, sku), sku)).OrderBy(k => k.Item1, StringComparer.Ordinal))
        {
            var events = batch.Events[sku];
            var version = states.GetValueOrDefault(sku).Version + events.Count;
            session.Events.Append(key, version, events).AggregateType = typeof(Offer);
            last = (key, version);
        }
        return last;
    }

    private static void Store(IDocumentSession session, FeedJob job, IReadOnlyList<AppliedLine> lines, (string Stream, long Version) last,
        DateTimeOffset began, DateTimeOffset at)
    {
        var through = job.Applied + lines.Count;
        session.QueueSqlCommand(Advance, job.FeedId, job.Applied, through, Count(LineOutcome.Accepted), Count(LineOutcome.Unchanged),
            Count(LineOutcome.Rejected), last.Stream, last.Version, began, at);
        session.QueueSqlCommand(Results, job.FeedId, job.Applied + 1, through, string.Concat(lines.Select(line => LetterOf(line.Outcome))),
            Column(line => line.MessageId!), Column(line => line.Sku!), Column(line => line.Version),
            Column(line => line.Errors.Count == 0 ? null! : JsonSerializer.Serialize(line.Errors, ErrorJson)));
        session.QueueSqlCommand(Consumed, job.FeedId, through);

        int Count(LineOutcome outcome) => lines.Count(line => line.Outcome == outcome);
        T[] Column<T>(Func<AppliedLine, T> value) => [.. lines.Select(value)];
    }

    private static char LetterOf(LineOutcome outcome) => outcome switch
    {
        LineOutcome.Accepted => 'a',
        LineOutcome.Unchanged => 'u',
        _ => 'r',
    };

    [LoggerMessage(LogLevel.Error, "Line {Line} of feed {FeedId} cannot be decided; it is rejected as unforeseen")]
    private static partial void Undecidable(ILogger log, Exception e, Guid feedId, int line);
}
