using Marketplace.Domain;
using Marketplace.Feeds.Lines;
using Marketplace.Storage;
using Marten;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>
/// Reads the next lines of a feed and the offers that they are about, and decides them. Stores nothing. There are two ways: on the offers as
/// they are known or read, which are checked when the batch is stored; and on offers that are locked first, for batches that somebody else
/// got in the way of.
/// </summary>
public sealed partial class BatchDecider(
    IDocumentStore store, KnownStreams streams, FeedLineReader reader, TimeProvider clock, ILogger<BatchDecider> log)
{
    // Rows of streams are locked in the order of their keys, in which everybody locks them; so no two transactions wait for each other.
    private const string Lock = """
        select count(*) from (select id from mt_streams where id = any (?) order by id collate "C" for no key update) as locked
        """;

    /// <summary>Decides the next lines on the offers as they are known, or read where they are not.</summary>
    /// <param name="connection">The session that has claimed the seller, to read with.</param>
    /// <param name="job">The feed as it stands, or will once what is being stored is stored.</param>
    /// <param name="most">The most lines.</param>
    /// <param name="known">The seller's offers as the batches before this one leave them.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="NpgsqlException">The database refused or is lost.</exception>
    /// <exception cref="FeedMovedOnException">Somebody has applied the lines, or cancelled the feed.</exception>
    public async Task<DecidedBatch> DecideAsync(NpgsqlConnection connection, FeedJob job, int most, KnownOffers known, CancellationToken ct)
    {
        var began = Now();
        var lines = (await FeedLinesReads.NextLinesAsync(connection, job, most, ct)).ConvertAll(Read);
        var states = known.Among(SkusOf(lines), out var unknown);
        await AddAsync(states, connection, job.SellerId, unknown, ct);
        var listed = await ListedAsync(lines, ct);
        return Decide(job, states, lines, listed, store.LightweightSession(), isLocked: false, began);
    }

    /// <summary>Locks the offers that the next lines are about, and decides the lines.</summary>
    /// <param name="connection">The session that has claimed the seller, to read with.</param>
    /// <param name="job">The feed as it stands.</param>
    /// <param name="most">The most lines.</param>
    /// <param name="givesUp">Whether the next line is refused unseen, because it has failed before in a way that nobody has foreseen.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="NpgsqlException">The database refused, also because a lock was not to be had in time, or is lost.</exception>
    /// <exception cref="FeedMovedOnException">Somebody has applied the lines, or cancelled the feed.</exception>
    public async Task<DecidedBatch> DecideLockedAsync(NpgsqlConnection connection, FeedJob job, int most, bool givesUp, CancellationToken ct)
    {
        var began = Now();
        var lines = await ReadAsync(connection, job, most, givesUp, ct);
        var skus = SkusOf(lines);
        var listed = await ListedAsync(lines, ct);
        var session = store.LightweightSession();
        try
        {
            await BatchStore.BeginAsync(session, job, ct);
            if (skus.Length > 0) await session.QueryAsync<long>(Lock, ct, (object)Array.ConvertAll(skus, sku => StreamKeys.Offer(job.SellerId, sku)));
            // On the other connection, after the locks are there: a statement of its own sees what their last holders have committed.
            var states = new Dictionary<string, OfferSnapshot>(skus.Length, StringComparer.Ordinal);
            await AddAsync(states, connection, job.SellerId, skus, ct);
            return Decide(job, states, lines, listed, session, isLocked: true, began, givesUp);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private DecidedBatch Decide(FeedJob job, Dictionary<string, OfferSnapshot> states, List<FeedLine> lines, HashSet<string> listed,
        IDocumentSession session, bool isLocked, DateTimeOffset began, bool givesUp = false)
    {
        var at = Now();
        var batch = new FeedBatch(job, states, listed, at, session.Events.BuildEvent);
        for (var i = 0; i < lines.Count; i++)
        {
            if (givesUp) batch.GiveUp(lines[i]);
            else Decide(batch, job, job.Applied + i + 1, lines[i]);
        }
        return new DecidedBatch(job, states, batch, session, isLocked, began, at);
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

    // Of a line that is given up nothing is wanted but what it calls itself.
    private async Task<List<FeedLine>> ReadAsync(NpgsqlConnection connection, FeedJob job, int most, bool givesUp, CancellationToken ct)
    {
        try
        {
            var lines = (await FeedLinesReads.NextLinesAsync(connection, job, givesUp ? 1 : most, ct)).ConvertAll(Read);
            return givesUp ? lines.ConvertAll(line => line with { Command = null }) : lines;
        }
        catch (Exception e) when (givesUp && FeedFailures.Of(e) == FeedFailure.Unforeseen)
        {
            // Not even what the line calls itself can be told.
            return [new FeedLine(null, null, null, [LineRefusals.Unforeseen])];
        }
    }

    private FeedLine Read(ReadOnlyMemory<byte> line) => reader.Read(line.Span);

    private async ValueTask<HashSet<string>> ListedAsync(List<FeedLine> lines, CancellationToken ct)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
            if (line.Command?.ProductId is { } productId) keys[StreamKeys.Product(productId)] = productId;
        return keys.Count == 0 ? [] : [.. (await streams.AmongAsync(keys.Keys, ct)).Select(key => keys[key])];
    }

    // Every offer asked for is among the states then: one that there is no row of as one that was never posted.
    private static async Task AddAsync(
        Dictionary<string, OfferSnapshot> states, NpgsqlConnection connection, string sellerId, string[] skus, CancellationToken ct)
    {
        if (skus.Length == 0) return;
        var offers = await FeedLinesReads.OffersAsync(connection, sellerId, skus, ct);
        foreach (var sku in skus) states.Add(sku, offers.GetValueOrDefault(sku));
    }

    private static string[] SkusOf(List<FeedLine> lines) =>
        [.. lines.Where(line => line.Command is not null).Select(line => line.Command!.Sku).Distinct(StringComparer.Ordinal)];

    private DateTimeOffset Now() => EffectiveTime.Microseconds(clock.GetUtcNow());

    [LoggerMessage(LogLevel.Error, "Line {Line} of feed {FeedId} cannot be decided; it is rejected as unforeseen")]
    private static partial void Undecidable(ILogger log, Exception e, Guid feedId, int line);
}
