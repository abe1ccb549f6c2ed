using System.Globalization;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>Reads feeds, and cancels them.</summary>
public sealed class FeedQueries(NpgsqlDataSource db, TimeProvider clock)
{
    /// <summary>The list's name in cursors.</summary>
    public const string List = "feeds";

    private const string Columns = """
        feed_id, lines, accepted, unchanged, rejected, started_at, finished_at, cancelled, applied, version, number,
            coalesce((select e.seq_id from mt_events as e where e.stream_id = f.last_stream and e.version = f.last_version), 0)
        """;

    /// <summary>A feed of a seller.</summary>
    public const string One = $"select {Columns} from feed as f where f.feed_id = $1 and f.seller_id = $2";

    /// <summary>A seller's feeds, the newest first.</summary>
    public const string OfSeller = $"""
        select {Columns} from feed as f where f.seller_id = $1 and f.number < $2 order by f.number desc limit $3
        """;

    // A batch that is being committed holds the feed's row to its end, and is then part of what is left; one that comes to its commit later
    // finds the row changed and is undone.
    private const string Hold = "select version, finished_at is not null from feed where feed_id = $1 and seller_id = $2 for no key update";

    private const string CancelOne = "update feed set cancelled = true, finished_at = $2, version = version + 1 where feed_id = $1";

    private const string DiscardLines = "delete from feed_chunk where feed_id = $1";

    /// <summary>The feed, or null when the seller has none with this id.</summary>
    public async Task<FeedView?> FindAsync(string sellerId, string feedId, CancellationToken ct)
    {
        if (IdOf(feedId) is not { } id) return null;
        await using var command = db.CreateCommand(One);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    /// <summary>A page of a seller's feeds, the newest first, after a number.</summary>
    public async Task<Page<FeedView>> OfSellerAsync(string sellerId, long before, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(OfSeller);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        return Page<FeedView>.Of(await ReadAsync(command, ct), limit,
            feed => Cursor.Encode(List, feed.Number.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>
    /// Cancels what has not been applied of a feed. Once this has returned nothing more of it is applied. A finished feed stays as it is.
    /// </summary>
    /// <param name="sellerId">Whose feed it is.</param>
    /// <param name="feedId">The feed.</param>
    /// <param name="precondition">Whether the version it has is the one that the caller means; null for any.</param>
    /// <param name="ct">Gives up waiting; what was sent by then may have been done.</param>
    /// <returns>Why not, or null.</returns>
    public async Task<Refusal?> CancelAsync(string sellerId, string feedId, Func<long?, bool>? precondition, CancellationToken ct)
    {
        if (IdOf(feedId) is not { } id) return FeedRefusals.Unknown;
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await HoldAsync(connection, sellerId, id, ct) is not { } held) return FeedRefusals.Unknown;
        if (precondition is not null && !precondition(held.Version)) return Refusal.Stale(held.Version);
        if (held.IsFinished) return null;
        await using var cancel = new NpgsqlBatch(connection);
        cancel.BatchCommands.Add(Command(CancelOne, id));
        cancel.BatchCommands[0].Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = EffectiveTime.Microseconds(clock.GetUtcNow()) });
        cancel.BatchCommands.Add(Command(DiscardLines, id));
        await cancel.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    private static async Task<(long Version, bool IsFinished)?> HoldAsync(NpgsqlConnection connection, string sellerId, Guid id, CancellationToken ct)
    {
        await using var hold = new NpgsqlCommand(Hold, connection);
        hold.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        hold.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        await using var reader = await hold.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetBoolean(1)) : null;
    }

    private static NpgsqlBatchCommand Command(string sql, Guid id)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return command;
    }

    // Ids are written in one way only: another spelling of the same number is not this feed's id.
    internal static Guid? IdOf(string feedId) => Guid.TryParseExact(feedId, "D", out var id) && id.ToString() == feedId ? id : null;

    private static async Task<List<FeedView>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var feeds = new List<FeedView>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (lines, applied, finishedAt) = (reader.GetInt32(1), reader.GetInt32(8), Instant(reader, 6));
            var status = reader.GetBoolean(7) ? FeedStatus.Cancelled
                : finishedAt is not null ? FeedStatus.Done
                : applied > 0 ? FeedStatus.InProgress
                : FeedStatus.InQueue;
            feeds.Add(new FeedView(reader.GetGuid(0).ToString(), status, lines, reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4),
                Instant(reader, 5), finishedAt)
            {
                Applied = applied,
                Version = reader.GetInt64(9),
                Number = reader.GetInt64(10),
                Position = reader.GetInt64(11),
            });
        }
        return feeds;
    }

    private static DateTimeOffset? Instant(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetDateTime(column), TimeSpan.Zero);
}
