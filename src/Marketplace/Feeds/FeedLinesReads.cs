using Npgsql;

namespace Marketplace.Feeds;

/// <summary>What a worker reads before it decides: whose turn it is, and the next lines.</summary>
public static class FeedLinesReads
{
    /// <summary>The sellers who have feeds that are not finished.</summary>
    public const string Waiting = """
        with recursive seller as (
            (select seller_id from feed where finished_at is null order by seller_id limit 1)
            union all
            select (select f.seller_id from feed as f where f.finished_at is null and f.seller_id > s.seller_id order by f.seller_id limit 1)
              from seller as s where s.seller_id is not null)
        select seller_id from seller where seller_id is not null
        """;

    /// <summary>A seller's oldest feed that is not finished.</summary>
    public const string Oldest = """
        select feed_id, actor, correlation_id, lines, applied from feed where seller_id = $1 and finished_at is null order by number limit 1
        """;

    /// <summary>The chunk that holds the line after one.</summary>
    public const string Chunk = "select first_line, content from feed_chunk where feed_id = $1 and last_line > $2 order by last_line limit 1";

    private const string Stands = "select exists (select from feed where feed_id = $1 and applied <= $2 and finished_at is null)";

    // Held while a worker applies the seller's feed, by its session: the server gives it back when the session ends, however it ends. It only keeps
    // workers out of each other's way; that a line is applied once does not rest on it.
    private const string Claim = "select pg_try_advisory_lock(hashtextextended('feeds of ' || $1, 0))";
    private const string Release = "select pg_advisory_unlock(hashtextextended('feeds of ' || $1, 0))";

    /// <summary>Claims a seller for this session, unless another has, and reads the oldest feed that is not finished.</summary>
    /// <returns>Whether the seller is claimed, to be given back by <see cref="ReleaseAsync"/>; and the feed, or null when none is left.</returns>
    public static async Task<(bool IsClaimed, FeedJob? Job)> ClaimAsync(NpgsqlConnection connection, string sellerId, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(Claim, sellerId));
        batch.BatchCommands.Add(Command(Oldest, sellerId));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        if (!reader.GetBoolean(0)) return (false, null);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct)
            ? (true, new FeedJob(reader.GetGuid(0), sellerId, reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.GetInt32(3), reader.GetInt32(4)))
            : (true, null);
    }

    /// <summary>Gives a seller back.</summary>
    /// <returns>Whether this session had claimed it.</returns>
    public static async Task<bool> ReleaseAsync(NpgsqlConnection connection, string sellerId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Release, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>The lines of a feed after one, as they were uploaded: as many as lie in the same chunk.</summary>
    /// <param name="connection">The session to read with.</param>
    /// <param name="feedId">The feed.</param>
    /// <param name="after">The line before them.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="FeedMovedOnException">Somebody has applied the lines, or cancelled the feed.</exception>
    /// <exception cref="InvalidDataException">The feed's chunks do not hold the next line: its rows are damaged.</exception>
    public static async Task<List<ReadOnlyMemory<byte>>> NextLinesAsync(NpgsqlConnection connection, Guid feedId, int after, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Chunk, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = feedId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = after });
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            if (await reader.ReadAsync(ct) && reader.GetInt32(0) is var first && first <= after + 1)
                return [.. LinesOf(reader.GetFieldValue<byte[]>(1)).Skip(after + 1 - first)];
        }
        throw await StandsAsync(connection, feedId, after, ct)
            ? new InvalidDataException($"Feed {feedId} has no line {after + 1}.")
            : new FeedMovedOnException(feedId);
    }

    private static async Task<bool> StandsAsync(NpgsqlConnection connection, Guid feedId, int after, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Stands, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = feedId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = after });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    // Lines lie in a chunk each with its line feed.
    private static IEnumerable<ReadOnlyMemory<byte>> LinesOf(byte[] content)
    {
        for (var start = 0; start < content.Length;)
        {
            var end = Array.IndexOf(content, (byte)'\n', start);
            yield return content.AsMemory(start, end - start);
            start = end + 1;
        }
    }

    private static NpgsqlBatchCommand Command(string sql, string text)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        return command;
    }
}
