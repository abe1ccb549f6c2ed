using Npgsql;

namespace Marketplace.Feeds;

/// <summary>What a worker reads before it decides: whose turn it is, the next lines, and the offers they are about.</summary>
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

    /// <summary>The chunks that hold lines behind one line and up to another.</summary>
    public const string Chunks = """
        select first_line, content from feed_chunk where feed_id = $1 and last_line > $2 and first_line <= $3 order by first_line
        """;

    private const string Stands = "select exists (select from feed where feed_id = $1 and applied = $2 and finished_at is null)";

    /// <summary>
    /// The offers of a seller by their skus: one probe of the key for each. Without the limit the planner, where it takes the seller for a
    /// small one, reads all of the seller's offers and throws most of them away.
    /// </summary>
    public const string Offers = $"""
        select o.* from unnest($2::text[]) as asked (sku)
         cross join lateral (select {OfferRow.Columns} from current_offer where seller_id = $1 and sku = asked.sku limit 1) as o
        """;

    // Held while a batch is under way, by its session: the server gives it back when the session ends, however it ends. It only keeps
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

    /// <summary>The next lines of a feed, at most so many, as they were uploaded.</summary>
    /// <exception cref="FeedMovedOnException">The feed does not stand where it stood: somebody has applied the lines, or cancelled it.</exception>
    /// <exception cref="InvalidDataException">The feed's chunks do not hold the next line: its rows are damaged.</exception>
    public static async Task<List<ReadOnlyMemory<byte>>> NextLinesAsync(NpgsqlConnection connection, FeedJob job, int most, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Chunks, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = job.FeedId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = job.Applied });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Math.Min(job.Lines, job.Applied + most) });
        var lines = new List<ReadOnlyMemory<byte>>(most);
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var next = reader.GetInt32(0);
                foreach (var line in LinesOf(reader.GetFieldValue<byte[]>(1)))
                {
                    if (next++ == job.Applied + lines.Count + 1 && lines.Count < most) lines.Add(line);
                }
            }
        }
        if (lines.Count > 0) return lines;
        throw await StandsAsync(connection, job, ct)
            ? new InvalidDataException($"Feed {job.FeedId} has no line {job.Applied + 1}.")
            : new FeedMovedOnException(job.FeedId);
    }

    private static async Task<bool> StandsAsync(NpgsqlConnection connection, FeedJob job, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Stands, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = job.FeedId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = job.Applied });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>The seller's offers with these skus, by sku.</summary>
    public static async Task<Dictionary<string, OfferSnapshot>> OffersAsync(NpgsqlConnection connection, string sellerId, string[] skus, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Offers, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = skus });
        var offers = new Dictionary<string, OfferSnapshot>(skus.Length, StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var offer = OfferRow.Read(reader, out var version);
            offers.Add(offer.Sku, new OfferSnapshot(offer, version));
        }
        return offers;
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
