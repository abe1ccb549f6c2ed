using Marketplace.Domain;
using Marketplace.Limits;
using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>
/// Takes in uploads in constant memory: what has arrived is stored in short transactions, and one last transaction makes the feed visible.
/// Its commit waits for the disk, and with it for everything before it; so the others need not.
/// </summary>
public sealed partial class FeedUploads(NpgsqlDataSource db, FeedQueue queue, UploadSlots slots, LimitSettings limits, TimeProvider clock,
    ILogger<FeedUploads> log)
{
    /// <summary>How many chunks are stored at a time.</summary>
    public const int ChunksAtOnce = 4;

    private const int ReadBytes = 32 * 1024;

    private const string Store = """
        insert into feed_chunk (feed_id, first_line, last_line, content)
            select $1, c.* from unnest($2::int[], $3::int[], $4::bytea[]) as c
             where set_config('synchronous_commit', 'off', true) is not null
        """;

    // Feeds of one seller become visible one after another, so that their numbers rise in that order, and none too many of them.
    private const string Turn = "select pg_advisory_xact_lock(hashtextextended('feed uploads of ' || $1, 0))";

    /// <summary>How many feeds of a seller are not finished.</summary>
    public const string Unfinished = "select count(*) from feed where seller_id = $1 and finished_at is null";

    private const string Complete = """
        insert into feed (feed_id, seller_id, actor, correlation_id, lines, uploaded_at) values ($1, $2, $3, $4, $5, $6)
        """;

    private const string Discard = "delete from feed_chunk where feed_id = $1";

    private readonly long _mostFeeds = limits[FeedLimits.FeedsPerSeller];

    /// <summary>Gives a new feed its id.</summary>
    public FeedUpload Begin(string sellerId, string actor, string? correlationId) =>
        new(Guid.CreateVersion7(clock.GetUtcNow()), sellerId, actor, correlationId);

    /// <summary>Takes an upload in.</summary>
    /// <param name="upload">The feed.</param>
    /// <param name="body">The lines; read to its end unless they are refused.</param>
    /// <param name="enlist">Does its own part in the transaction that makes the feed visible, or null.</param>
    /// <param name="ct">The caller has gone: nothing is kept.</param>
    /// <returns>Null: the feed is safe on disk. Otherwise why it was refused.</returns>
    /// <exception cref="BadHttpRequestException">The body cannot be read; nothing is kept.</exception>
    /// <exception cref="NpgsqlException">The database is lost; what was stored is swept later.</exception>
    public async Task<Refusal?> TakeAsync(FeedUpload upload, Stream body, Func<NpgsqlConnection, Task>? enlist, CancellationToken ct)
    {
        using var slot = slots.Take(upload.SellerId);
        if (slot is null) return FeedRefusals.TooManyUploads;
        if (await UnfinishedAsync(upload.SellerId, ct) >= _mostFeeds) return FeedRefusals.TooManyFeeds(_mostFeeds);
        using var patience = new CancellationTokenSource(limits.Time(FeedLimits.FeedUploadSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        var isWorthless = true;
        try
        {
            var (lines, refusal) = await StoreAsync(upload.FeedId, body, either.Token);
            if (refusal is not null) return refusal;
            // Were the connection lost in the commit, nobody would know whether the feed is there: then nothing is thrown away.
            isWorthless = false;
            refusal = await CompleteAsync(upload, lines, enlist, ct);
            isWorthless = refusal is not null;
            if (refusal is null) queue.Add(upload.SellerId);
            return refusal;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return FeedRefusals.TooSlow(limits[FeedLimits.FeedUploadSeconds]);
        }
        finally
        {
            if (isWorthless) await DiscardAsync(upload.FeedId);
        }
    }

    private async Task<(int Lines, Refusal? Refusal)> StoreAsync(Guid feedId, Stream body, CancellationToken ct)
    {
        var chunks = new LineChunks();
        var full = new List<FeedChunk>(ChunksAtOnce);
        var buffer = new byte[ReadBytes];
        var bytes = 0L;
        int read;
        do
        {
            read = await body.ReadAsync(buffer, ct);
            bytes += read;
            if (bytes > FeedLimits.MostBytes) return (0, FeedRefusals.TooManyBytes);
            if (read > 0) chunks.Add(buffer.AsSpan(0, read));
            else chunks.End();
            if (chunks.Lines > FeedLimits.MostLines) return (0, FeedRefusals.TooManyLines);
            while (chunks.TryTake(out var chunk))
            {
                full.Add(chunk!);
                if (full.Count == ChunksAtOnce) await StoreAsync(feedId, full, ct);
            }
        }
        while (read > 0);
        if (full.Count > 0) await StoreAsync(feedId, full, ct);
        return (chunks.Lines, chunks.Lines == 0 ? FeedRefusals.Empty : null);
    }

    private async Task StoreAsync(Guid feedId, List<FeedChunk> chunks, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Store);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = feedId });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. chunks.Select(chunk => chunk.FirstLine)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. chunks.Select(chunk => chunk.LastLine)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. chunks.Select(chunk => chunk.Content)] });
        await command.ExecuteNonQueryAsync(ct);
        chunks.Clear();
    }

    // From the commit on nothing is cancelled: nobody would know whether the feed is there.
    private async Task<Refusal?> CompleteAsync(FeedUpload upload, int lines, Func<NpgsqlConnection, Task>? enlist, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var turn = new NpgsqlCommand(Turn, connection);
        turn.Parameters.Add(new NpgsqlParameter<string> { TypedValue = upload.SellerId });
        await turn.ExecuteNonQueryAsync(ct);
        await using var unfinished = new NpgsqlCommand(Unfinished, connection);
        unfinished.Parameters.Add(new NpgsqlParameter<string> { TypedValue = upload.SellerId });
        if ((long)(await unfinished.ExecuteScalarAsync(ct))! >= _mostFeeds) return FeedRefusals.TooManyFeeds(_mostFeeds);
        await using var complete = new NpgsqlCommand(Complete, connection);
        complete.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = upload.FeedId });
        complete.Parameters.Add(new NpgsqlParameter<string> { TypedValue = upload.SellerId });
        complete.Parameters.Add(new NpgsqlParameter<string> { TypedValue = upload.Actor });
        complete.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = upload.CorrelationId });
        complete.Parameters.Add(new NpgsqlParameter<int> { TypedValue = lines });
        complete.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = EffectiveTime.Microseconds(clock.GetUtcNow()) });
        await complete.ExecuteNonQueryAsync(ct);
        if (enlist is not null) await enlist(connection);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    private async Task<long> UnfinishedAsync(string sellerId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Unfinished);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    // As good as it goes: what stays is swept.
    private async Task DiscardAsync(Guid feedId)
    {
        try
        {
            await using var command = db.CreateCommand(Discard);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = feedId });
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            NotDiscarded(log, feedId, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What was uploaded of feed {FeedId} is left to be swept: {Reason}")]
    private static partial void NotDiscarded(ILogger log, Guid feedId, string reason);
}
